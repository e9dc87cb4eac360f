import { numberAt } from "../../domain/kubernetes-object.js";
import { buildCause } from "../build-cause.js";
import { eventEvidence, fieldEvidence, type Finding, waitingEvidence } from "../build-evidence.js";
import type { ContainerState } from "../container-state.js";
import { eventText } from "../event-text.js";
import { type ContainerGroup, groupContainers } from "../group-containers.js";
import { revisionOf } from "../object-index.js";
import { imageIn, lastGoodRevision, proposeRolloutUndo } from "../propose-rollout-undo.js";
import type { Cause, RuleDescription, RuleFamily } from "../rule.js";
import type { ScopeModel } from "../scope-model.js";

const waitingReasons = new Set([
  "ErrImagePull",
  "ImagePullBackOff",
  "InvalidImageName",
  "ErrImageNeverPull",
  "RegistryUnavailable",
  "ImageInspectError",
]);

interface ImageRule extends RuleDescription {
  /** Matches the waiting reason and the texts of the kubelet and of the container runtime. */
  matches: RegExp;
  /** What a person reads after the image's name. */
  says: string;
  /** Causes that this answer of the registry excludes. */
  excludes: readonly (readonly [causeId: string, because: string])[];
}

function imageRule(rule: Omit<ImageRule, "family" | "severity">): ImageRule {
  return { ...rule, family: "image", severity: "critical" };
}

const answered = "the registry answered";

/** In this order: what is more specific stands before what it would also match. */
const imageRules: readonly ImageRule[] = [
  imageRule({
    id: "invalid-image-name",
    title: "Image reference malformed",
    signals: "waiting reason InvalidImageName",
    remediation: "propose",
    matches: /InvalidImageName|invalid reference format|couldn't parse image (?:name|reference)/i,
    says: "is not a valid image reference",
    excludes: [],
  }),
  imageRule({
    id: "image-pull-policy-never",
    title: "Pull policy Never and the image is not on the node",
    signals: "waiting reason ErrImageNeverPull",
    remediation: "propose",
    matches: /ErrImageNeverPull/,
    says: "is not on the node, and its pull policy is Never",
    excludes: [],
  }),
  imageRule({
    id: "registry-rate-limited",
    title: "Registry rate limit",
    signals: "toomanyrequests, 429",
    remediation: "advise",
    matches: /toomanyrequests|too many requests|\b429\b|rate limit/i,
    says: "cannot be pulled: the registry's rate limit is reached",
    excludes: [["registry-dns-failure", answered]],
  }),
  imageRule({
    id: "registry-cert-untrusted",
    title: "Registry certificate not trusted",
    signals: "x509 on pull",
    remediation: "advise",
    matches: /x509:|certificate (?:signed by unknown|has expired|is not trusted)/i,
    says: "cannot be pulled: the registry's certificate is not trusted",
    excludes: [["registry-dns-failure", "the registry was reached"]],
  }),
  imageRule({
    id: "image-pull-unauthorized",
    title: "Registry refuses: no or invalid pull secret",
    signals: "pull access denied, 401, 403, insufficient_scope",
    remediation: "propose",
    matches:
      /pull access denied|insufficient_scope|unauthorized|authorization failed|authentication required|no basic auth|\b40[13]\b|denied:/i,
    says: "cannot be pulled: the registry refuses access",
    excludes: [["registry-dns-failure", answered]],
  }),
  imageRule({
    id: "image-not-found",
    title: "Image or tag does not exist",
    signals: "not found, manifest unknown",
    remediation: "auto",
    matches:
      /manifest unknown|manifest for .{1,300} not found|code = NotFound|: not found|repository does not exist|name unknown/i,
    says: "does not exist",
    excludes: [
      ["image-pull-unauthorized", "the registry answered not found, not denied"],
      ["registry-dns-failure", answered],
    ],
  }),
  imageRule({
    id: "registry-dns-failure",
    title: "Registry host cannot be resolved",
    signals: "no such host, server misbehaving",
    remediation: "propose",
    matches: /no such host|server misbehaving|name resolution/i,
    says: "cannot be pulled: the registry's host name cannot be resolved",
    excludes: [["image-not-found", "the registry was never asked"]],
  }),
  imageRule({
    id: "registry-unreachable",
    title: "Registry unreachable",
    signals: "i/o timeout, connection refused, deadline exceeded",
    remediation: "advise",
    matches:
      /i\/o timeout|timeout exceeded|connection refused|connection reset|no route to host|deadline exceeded|network is unreachable/i,
    says: "cannot be pulled: the registry does not answer",
    excludes: [["image-not-found", "the registry never answered"]],
  }),
];

/** A text without the image's own name, whose numbers and words are no answer of a registry. */
function withoutImage(text: string, image: string): string {
  const repository = image.replace(/[:@][^/]*$/, "");
  return text.replaceAll(image, "IMAGE").replaceAll(repository, "IMAGE");
}

function ruleIn(text: string, image: string): ImageRule | undefined {
  const said = withoutImage(text, image);
  return imageRules.find((rule) => rule.matches.test(said));
}

/** What the registry says now counts: the container's own status first, then the newest event that says anything. */
function ruleFor(model: ScopeModel, container: ContainerState): ImageRule | undefined {
  if (!waitingReasons.has(container.waitingReason ?? "")) return undefined;
  const { image, waitingReason, waitingMessage } = container;
  const now = ruleIn(`${waitingReason ?? ""}\n${waitingMessage}`, image);
  if (now) return now;
  const events = model.eventsOf(container.pod).filter((event) => /image/i.test(eventText(event)));
  return events.map((event) => ruleIn(eventText(event), image)).findLast((rule) => rule !== undefined);
}

type Group = ContainerGroup<{ key: string; rule: ImageRule }>;

function evidenceFor(model: ScopeModel, group: Group): Finding[] {
  const [first] = group.containers;
  const { rule } = group.found;
  const said = model.eventsOf(first.pod).filter((event) => ruleIn(eventText(event), first.image) === rule);
  const latest = said.at(-1);
  const good = lastGoodRevision(model, group.owner);
  const before = good && imageIn(good, first.name);
  return [
    waitingEvidence(first),
    ...(latest ? [eventEvidence(latest, first.pod)] : []),
    ...(good && before !== undefined && before !== first.image
      ? [
          fieldEvidence(
            good,
            "spec.template.spec.containers",
            `revision ${revisionOf(good)} ran ${before}, ${numberAt(good, "status", "readyReplicas") ?? 0} of its pods are ready`,
          ),
        ]
      : []),
  ];
}

/** The revision before, where it ran another image than the one that fails. */
function before(model: ScopeModel, group: Group): { revision: number; image: string } | undefined {
  const [first] = group.containers;
  const good = lastGoodRevision(model, group.owner);
  const image = good && imageIn(good, first.name);
  return good && image !== undefined && image !== first.image ? { revision: revisionOf(good), image } : undefined;
}

function explain(model: ScopeModel, group: Group): Cause {
  const { owner, containers, pods, found } = group;
  const { rule } = found;
  const [first] = containers;
  const good = before(model, group);
  const ran = good && `revision ${good.revision} ran ${good.image}`;
  return buildCause(model, {
    causeId: rule.id,
    object: owner,
    container: first.name,
    pods,
    containers,
    summary: `${owner.metadata.name}: the image ${first.image} ${rule.says}${ran === undefined ? "" : `; ${ran}`}`,
    evidence: evidenceFor(model, group),
    ruledOut: rule.excludes.map(([causeId, because]) => ({ causeId, because })),
    actions: rule.remediation === "auto" && ran !== undefined ? proposeRolloutUndo(model, owner, ran) : [],
  });
}

/** Why images cannot be pulled. */
export const imageFamily: RuleFamily = {
  rules: imageRules,
  evaluate: (model, explained) =>
    groupContainers(model, explained, (container) => {
      const rule = ruleFor(model, container);
      return rule ? { key: `${rule.id} ${container.name} ${container.image}`, rule } : null;
    }).map((group) => explain(model, group)),
};
