import type { Freezes } from "../../src/domain/freeze.js";
import { noon } from "../builders/kubernetes.js";

/** The kill switch, on for these namespaces. */
export function createFreezes(...namespaces: string[]): Freezes {
  return {
    find: (namespace) =>
      Promise.resolve(namespaces.includes(namespace) ? { namespace, by: "U0LI", at: noon.toISOString() } : null),
  };
}
