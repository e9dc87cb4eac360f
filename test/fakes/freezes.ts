import type { Freeze } from "../../src/domain/freeze.js";
import type { FreezeSwitch } from "../../src/intake/index.js";
import { noon } from "../builders/kubernetes.js";

/** The kill switch in memory, on for these namespaces. */
export function createFreezes(...namespaces: string[]): FreezeSwitch {
  const freezes = new Map<string, Freeze>(
    namespaces.map((namespace) => [namespace, { namespace, by: "U0LI", at: noon.toISOString() }]),
  );
  return {
    find: (namespace) => Promise.resolve(freezes.get("*") ?? freezes.get(namespace) ?? null),
    freeze(namespace, by, at) {
      freezes.set(namespace ?? "*", { namespace: namespace ?? "*", by, at });
      return Promise.resolve();
    },
    unfreeze: (namespace) => Promise.resolve(freezes.delete(namespace ?? "*")),
    list: () => Promise.resolve([...freezes.values()]),
  };
}
