import { at, listAt, textAt } from "../../../domain/kubernetes-object.js";
import { isSecretKey } from "../../../domain/redaction.js";
import { buildHygiene, type HygieneFinding } from "../../build-hygiene.js";
import { type PodTemplate, podTemplates } from "../../pod-templates.js";
import { describeRules, type RuleFamily } from "../../rule.js";

const rules = describeRules("hygiene", [
  ["probes-missing", "No probes", "a container that serves has no readiness or no liveness probe", "propose", "info"],
  ["resources-missing", "No requests or limits", "no cpu or memory request, or no memory limit", "propose", "info"],
  ["image-tag-not-pinned", "Image is not pinned", "no tag, or :latest, and no digest", "propose", "info"],
  ["privileged-container", "Privileged container", "securityContext.privileged", "advise", "warning"],
  ["runs-as-root", "Runs as root", "runAsUser 0, or nothing that keeps it from running as root", "propose", "info"],
  [
    "secret-in-env",
    "Secret as plain env",
    "a literal env value whose name says that it is a secret",
    "propose",
    "warning",
  ],
]);

type Found = Omit<HygieneFinding, "object" | "container" | "path">;

function probes(container: unknown, { serves }: PodTemplate): Found[] {
  if (!serves) return [];
  const missing = ["readiness", "liveness"].filter((probe) => at(container, `${probe}Probe`) === undefined);
  if (missing.length === 0) return [];
  const summary = `has no ${missing.join(" and no ")} probe`;
  return [{ causeId: "probes-missing", summary, quote: `no ${missing.join(", no ")}` }];
}

function resources(container: unknown): Found[] {
  const missing = [
    ["cpu request", "requests", "cpu"],
    ["memory request", "requests", "memory"],
    ["memory limit", "limits", "memory"],
  ].flatMap(([says = "", part = "", resource = ""]) => {
    const limit = at(container, "resources", "limits", resource);
    const has = at(container, "resources", part, resource) ?? (part === "requests" ? limit : undefined);
    return has === undefined ? [says] : [];
  });
  if (missing.length === 0) return [];
  return [
    { causeId: "resources-missing", summary: `sets no ${missing.join(", no ")}`, quote: `no ${missing.join(", no ")}` },
  ];
}

function image(container: unknown): Found[] {
  const name = textAt(container, "image");
  if (name === undefined || name.includes("@sha256:")) return [];
  const tag = /:([\w.-]{1,128})$/.exec(name)?.[1];
  if (tag !== undefined && tag !== "latest") return [];
  return [
    { causeId: "image-tag-not-pinned", summary: `runs ${name}, which may be another image tomorrow`, quote: name },
  ];
}

function privileges(container: unknown, { spec }: PodTemplate): Found[] {
  const found: Found[] = [];
  if (at(container, "securityContext", "privileged") === true)
    found.push({
      causeId: "privileged-container",
      summary: "is privileged",
      quote: "privileged: true",
      severity: "warning",
    });
  const set = (field: string) => at(container, "securityContext", field) ?? at(spec, "securityContext", field);
  const [user, nonRoot] = [set("runAsUser"), set("runAsNonRoot")];
  if (user === 0 || (user === undefined && nonRoot !== true))
    found.push({
      causeId: "runs-as-root",
      summary: user === 0 ? "runs as root" : "may run as root: neither runAsNonRoot nor runAsUser is set",
      quote: user === 0 ? "runAsUser: 0" : "neither runAsNonRoot nor runAsUser",
      confidence: user === 0 ? "confirmed" : "likely",
    });
  return found;
}

function secrets(container: unknown): Found[] {
  const name = listAt(container, "env")
    .filter((entry) => (textAt(entry, "value") ?? "") !== "" && isSecretKey(textAt(entry, "name") ?? ""))
    .map((entry) => textAt(entry, "name") ?? "")[0];
  if (name === undefined) return [];
  return [
    { causeId: "secret-in-env", summary: `has ${name} as plain text in its env`, quote: name, severity: "warning" },
  ];
}

/** What the containers of each workload lack, or have and should not. */
export const containerHygiene: RuleFamily = {
  rules,
  evaluate: (model) =>
    podTemplates(model).flatMap((template) =>
      listAt(template.spec, "containers").flatMap((container) => {
        const { workload } = template;
        const name = textAt(container, "name") ?? "";
        const found = [
          ...probes(container, template),
          ...resources(container),
          ...image(container),
          ...privileges(container, template),
          ...secrets(container),
        ];
        return found.map((finding) =>
          buildHygiene(model, {
            ...finding,
            object: workload,
            container: name,
            summary: `${workload.metadata.name}: container ${name} ${finding.summary}`,
            path: `containers[name=${name}]`,
          }),
        );
      }),
    ),
};
