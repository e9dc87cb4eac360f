import type { Store } from "../store.js";
import type { ConfigSources } from "./find-missing-config.js";

/** ConfigMaps and Secrets of a namespace, as they are at the moment of asking. */
export function createConfigSources(store: Store, namespace: string): ConfigSources {
  const keys = (...parts: unknown[]) => parts.flatMap((part) => Object.keys(part ?? {}));
  return {
    configMap: (name) => {
      const found = store.find("ConfigMap", namespace, name);
      return found && keys(found.data, found.binaryData);
    },
    secret: (name) => {
      const found = store.find("Secret", namespace, name);
      return found && keys(found["data"], found["stringData"]);
    },
  };
}
