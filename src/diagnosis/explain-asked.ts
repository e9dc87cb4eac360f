import { buildCause } from "./build-cause.js";
import type { Component } from "./build-components.js";
import type { Explained } from "./explained.js";
import { describeSignal, signalsEvidence, timeOf } from "./metric-evidence.js";
import { isNamedByAlert } from "./named-by-alert.js";
import type { Cause } from "./rule.js";
import type { ScopeModel } from "./scope-model.js";

/** Short of CPU though nothing is seen to suffer: worth a word where an alert asks, and more where nothing could be seen. */
export function explainAsked(
  model: ScopeModel,
  components: readonly Component[],
  explained: Explained,
  told: ReadonlySet<Component>,
): Cause[] {
  return components.flatMap((component) => {
    const { owner, signals } = component;
    if (told.has(component) || explained.has(owner)) return [];
    const [throttled, ofLimit] = [signals.get("throttled"), signals.get("cpuOfLimit")];
    const held = throttled?.goesOn === true && throttled.now >= 0.25 ? throttled : undefined;
    const full = ofLimit?.goesOn === true && ofLimit.now >= 0.95 ? ofLimit : undefined;
    const shown = held ?? full;
    const pods = model.podsOf(owner);
    if (!shown || ![owner, ...pods].some((object) => isNamedByAlert(model, object))) return [];
    const seen = (["latency", "tail", "errors"] as const).some((name) => signals.has(name));
    return [
      buildCause(model, {
        causeId: held ? "cpu-throttled" : "cpu-saturated",
        object: owner,
        pods,
        symptom: owner,
        summary: `${component.name}: ${held ? "its CPU limit holds it back" : "it is out of CPU"} (${describeSignal(held ? "throttled" : "cpuOfLimit", shown)}); ${seen ? "nothing is seen to suffer" : "how it answers was not measured"}`,
        evidence: signalsEvidence(component, ["throttled", "cpuOfLimit", "cpu"]),
        confidence: seen ? "confirmed" : "likely",
        severity: seen ? "warning" : "critical",
        ...(shown.since === undefined ? {} : { since: timeOf(shown.since) }),
        effects: [],
        explains: seen ? [] : [owner],
      }),
    ];
  });
}
