import type { KubernetesObject } from "../../domain/kubernetes-object.js";
import { buildCause } from "../build-cause.js";
import { describeRules, type RuleFamily } from "../rule.js";

const rules = describeRules("alert", [
  ["meta-alert", "Alert about alerting", "nothing fires but Watchdog or InfoInhibitor", "advise", "info"],
]);

const meta = new Set(["Watchdog", "InfoInhibitor", "DeadMansSwitch"]);

/** Alerts that only show that alerting works: where nothing else fires, they are no incident. */
export const metaAlertFamily: RuleFamily = {
  rules,
  evaluate(model) {
    const firing = (model.snapshot.alerts ?? []).filter(({ state }) => state === "firing");
    const [first] = firing.map(({ name }) => name).sort();
    if (first === undefined || !firing.every(({ name }) => meta.has(name))) return [];
    const object: KubernetesObject = { apiVersion: "", kind: "Alert", metadata: { name: first } };
    return [
      buildCause(model, {
        causeId: "meta-alert",
        object,
        pods: [],
        summary: `${first} always fires: it shows that alerts get through, and is no incident`,
        evidence: [{ source: "field", ref: `Alert/${first}`, path: "state", quote: "firing" }],
        severity: "info",
        effects: [],
        explains: [],
      }),
    ];
  },
};
