import { type KubernetesObject, listAt, textAt } from "../../domain/kubernetes-object.js";
import { parseCertificateEnd } from "../../domain/parse-certificate-end.js";
import { buildCause } from "../build-cause.js";
import { conditionEvidence, conditionOf, fieldEvidence, type Finding } from "../build-evidence.js";
import { elapsed } from "../elapsed.js";
import { type Cause, describeRules, type RuleFamily } from "../rule.js";
import type { ScopeModel } from "../scope-model.js";

const rules = describeRules("certificate", [
  [
    "certificate-expiring",
    "A certificate runs out",
    "cert-manager Certificate not renewed or not ready; the caBundle of a webhook or APIService ends within a week",
    "propose",
    "warning",
  ],
]);

const week = 7 * 24 * 3_600_000;

function ends(now: Date, notAfter: string): { soon: boolean; over: boolean; says: string } {
  const ago = elapsed(now, notAfter);
  const day = notAfter.slice(0, 10);
  return { soon: ago > -week, over: ago > 0, says: ago > 0 ? `expired on ${day}` : `expires on ${day}` };
}

function draft(
  model: ScopeModel,
  object: KubernetesObject,
  over: boolean,
  summary: string,
  evidence: readonly Finding[],
): Cause {
  return buildCause(model, {
    causeId: "certificate-expiring",
    object,
    pods: [],
    summary,
    evidence,
    severity: over ? "critical" : "warning",
  });
}

/** @see https://cert-manager.io/docs/reference/api-docs/#cert-manager.io/v1.CertificateStatus */
function explainCertificate(model: ScopeModel, certificate: KubernetesObject): Cause[] {
  const { name } = certificate.metadata;
  const notAfter = textAt(certificate, "status", "notAfter");
  const ready = conditionOf(certificate, "Ready");
  const end = notAfter === undefined ? undefined : ends(model.now, notAfter);
  const issuing = conditionOf(certificate, "Issuing");
  const failed = ready?.status === "False" && issuing?.status !== "True" && model.ageOf(certificate) > 10 * 60_000;
  if (!failed && end?.soon !== true) return [];
  const why = ready?.status === "False" ? `: ${ready.message}` : "";
  return [
    draft(
      model,
      certificate,
      failed || end?.over === true,
      `Certificate ${name} ${end?.soon === true ? end.says : "is not ready"}${why}`,
      [
        ...(notAfter === undefined ? [] : [fieldEvidence(certificate, "status.notAfter", notAfter)]),
        ...conditionEvidence(certificate, "Ready"),
      ],
    ),
  ];
}

function explainBundles(model: ScopeModel, object: KubernetesObject): Cause[] {
  const bundles = [
    textAt(object, "spec", "caBundle"),
    ...listAt(object, "webhooks").map((webhook) => textAt(webhook, "clientConfig", "caBundle")),
  ];
  for (const bundle of new Set(bundles)) {
    const notAfter = bundle === undefined ? undefined : parseCertificateEnd(Buffer.from(bundle, "base64").toString());
    if (notAfter === undefined) continue;
    const { soon, over, says } = ends(model.now, notAfter);
    if (!soon) continue;
    return [
      draft(model, object, over, `The caBundle of ${object.kind} ${object.metadata.name} ${says}`, [
        fieldEvidence(object, "caBundle", `notAfter ${notAfter}`),
      ]),
    ];
  }
  return [];
}

/** Certificates whose end is near, as far as it can be read without a Secret. */
export const certificateFamily: RuleFamily = {
  rules,
  evaluate: (model) => [
    ...model
      .list("Certificate")
      .filter(({ apiVersion }) => apiVersion.startsWith("cert-manager.io/"))
      .flatMap((certificate) => explainCertificate(model, certificate)),
    ...["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration", "APIService"]
      .flatMap((kind) => model.list(kind))
      .flatMap((object) => explainBundles(model, object)),
  ],
};
