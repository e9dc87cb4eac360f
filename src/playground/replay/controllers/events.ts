import { randomBytes } from "node:crypto";
import { textAt } from "../../../domain/kubernetes-object.js";
import type { Clock } from "../clock.js";
import type { Stored } from "../objects/stored.js";
import type { Store } from "../store.js";

const keptMs = 3_600_000;

export interface Said {
  type: "Normal" | "Warning";
  reason: string;
  message: string;
  component: "kubelet" | "default-scheduler" | "replicaset-controller" | "deployment-controller" | "job-controller";
  /** `spec.containers{web}` where it is about one container. */
  fieldPath?: string;
}

/**
 * Writes events as the components of a cluster do: the same thing said again counts up, and after an hour it is gone.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
 */
export class EventRecorder {
  readonly #known = new Map<string, string>();

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
  ) {}

  record(about: Stored, said: Said): void {
    const { type, reason, message, component, fieldPath } = said;
    const { namespace = "default", name, uid, resourceVersion } = about.metadata;
    const at = this.clock.stamp();
    const key = JSON.stringify([uid, type, reason, message, fieldPath]);
    const known = this.store.find("Event", namespace, this.#known.get(key) ?? "");
    if (known) {
      this.store.change(known, (event) => {
        event["count"] = Number(event["count"]) + 1;
        event["lastTimestamp"] = at;
      });
      return;
    }
    const place = {
      apiVersion: about.apiVersion,
      kind: about.kind,
      namespace,
      name,
      uid,
      resourceVersion,
      ...(fieldPath === undefined ? {} : { fieldPath }),
    };
    const event = this.store.create("Event", {
      metadata: { name: `${name}.${randomBytes(8).toString("hex")}`, namespace },
      involvedObject: place,
      type,
      reason,
      message,
      // The scheduler speaks the newer events API, which knows one time only.
      ...(component === "default-scheduler"
        ? {
            eventTime: `${this.clock.now().toISOString().slice(0, -1)}000Z`,
            firstTimestamp: null,
            lastTimestamp: null,
            source: {},
            action: "Binding",
          }
        : { eventTime: null, firstTimestamp: at, lastTimestamp: at, count: 1, source: { component } }),
      reportingComponent: component,
      reportingInstance: "",
    });
    this.#known.set(key, event.metadata.name);
    this.#expire(event.metadata.name, namespace, key);
  }

  /** An event that was said again in its last hour lives on. */
  #expire(name: string, namespace: string, key: string): void {
    this.clock.after(keptMs, () => {
      const event = this.store.find("Event", namespace, name);
      if (!event) return;
      const last = textAt(event, "lastTimestamp") ?? event.metadata.creationTimestamp;
      if (this.clock.now().getTime() - Date.parse(last) < keptMs) {
        this.#expire(name, namespace, key);
        return;
      }
      this.store.remove(event);
      this.#known.delete(key);
    });
  }
}
