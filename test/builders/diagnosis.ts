import type { DiagnosisAnswer, Verdict } from "../../src/domain/diagnosis.js";
import { after, badImage, noon } from "./kubernetes.js";

/** The image of `shop/checkout` does not exist; rolling back is offered. */
export function aVerdict(over: Partial<Verdict> = {}): Verdict {
  return {
    causeId: "image-not-found",
    object: { kind: "Deployment", namespace: "shop", name: "checkout", container: "web" },
    symptomObject: { kind: "Pod", namespace: "shop", name: "checkout-8-abcde" },
    confidence: "confirmed",
    severity: "critical",
    summary: `checkout: the image ${badImage} does not exist`,
    since: after(-600),
    evidence: [
      {
        id: "e1",
        source: "field",
        ref: "Pod/shop/checkout-8-abcde",
        path: "status.containerStatuses[0].state.waiting",
        quote: "ErrImagePull: not found",
        at: after(-60),
      },
    ],
    effects: [{ object: { kind: "Service", namespace: "shop", name: "checkout" }, summary: "2 of 4 endpoints ready" }],
    ruledOut: [{ causeId: "registry-dns-failure", because: "the registry answered" }],
    notChecked: ["metrics: absent"],
    actions: [
      {
        type: "rollout-undo",
        object: { kind: "Deployment", namespace: "shop", name: "checkout" },
        parameters: { toRevision: 7 },
        tier: "T2",
        reason: "revision 7 ran",
      },
    ],
    ...over,
  };
}

export function anAnswer(over: Partial<DiagnosisAnswer> = {}): DiagnosisAnswer {
  return {
    schema: "kubeclaw.dev/diagnosis/v1",
    now: noon.toISOString(),
    scope: { namespace: "shop", object: null },
    status: "failing",
    verdicts: [aVerdict()],
    checked: { objects: 143, events: 58, logLines: 0, rules: 11 },
    cost: { apiCalls: 10, bytes: 1_000, milliseconds: 12 },
    warnings: [],
    ...over,
  };
}

export const healthyAnswer = anAnswer({ status: "healthy", verdicts: [] });
