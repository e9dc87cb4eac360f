import type { PolicyRule } from "../objects/schemas.js";
import type { Stored } from "../objects/stored.js";
import { Store } from "../store.js";
import { forbidden, notFound } from "../status-error.js";
import { allows, isAllowed, isMaster, rulesFor, rulesOf } from "./authorize.js";
import type { User } from "./tokens.js";

/** A rule taken apart into rules of one verb, one group, one resource and one name each. */
function singly(rule: PolicyRule): PolicyRule[] {
  const names = rule.resourceNames?.length ? rule.resourceNames.map((name) => [name]) : [undefined];
  return rule.verbs.flatMap((verb) =>
    (rule.apiGroups ?? []).flatMap((group) =>
      (rule.resources ?? []).flatMap((resource) =>
        names.map((name) => ({
          verbs: [verb],
          apiGroups: [group],
          resources: [resource],
          ...(name === undefined ? {} : { resourceNames: name }),
        })),
      ),
    ),
  );
}

function covers(held: PolicyRule, wanted: PolicyRule): boolean {
  const [verb = "", group = "", resource = ""] = [wanted.verbs[0], wanted.apiGroups?.[0], wanted.resources?.[0]];
  const name = wanted.resourceNames?.[0];
  if (name === undefined && (held.resourceNames?.length ?? 0) > 0) return false;
  return allows(held, { verb, group, resource, name: name ?? "" });
}

/** What of the wanted rules nobody of the held ones gives. Pure. */
export function missingRules(held: readonly PolicyRule[], wanted: readonly PolicyRule[]): PolicyRule[] {
  const resources = wanted.flatMap(singly).filter((rule) => !held.some((own) => covers(own, rule)));
  const paths = wanted.filter(({ nonResourceURLs = [], verbs }) =>
    nonResourceURLs.some(
      (url) =>
        !held.some(
          (own) =>
            own.nonResourceURLs?.includes(url) &&
            verbs.every((verb) => own.verbs.includes(verb) || own.verbs.includes("*")),
        ),
    ),
  );
  return [...resources, ...paths];
}

const list = (name: string, values: readonly string[] | undefined) =>
  values ? `${name}:[${values.map((value) => JSON.stringify(value)).join(" ")}]` : undefined;

function ruleText(rule: PolicyRule): string {
  const parts = [
    list("APIGroups", rule.apiGroups),
    list("Resources", rule.resources),
    list("ResourceNames", rule.resourceNames),
    list("NonResourceURLs", rule.nonResourceURLs),
    list("Verbs", rule.verbs),
  ];
  return `{${parts.filter((part) => part !== undefined).join(", ")}}`;
}

function refuse(store: Store, user: User, object: Stored, missing: readonly PolicyRule[]): void {
  if (missing.length === 0) return;
  const groups = user.groups.map((group) => JSON.stringify(group)).join(" ");
  const rules = missing.map((rule) => `\n${ruleText(rule)}`).join("");
  throw forbidden(
    Store.named(store.resources.ofKind(object.kind), object.metadata.name),
    `user ${JSON.stringify(user.username)} (groups=[${groups}]) is attempting to grant RBAC permissions not currently held:${rules}`,
  );
}

const rbac = "rbac.authorization.k8s.io";

/**
 * Nobody gives away a right that they do not hold, unless they may `escalate` (roles) or `bind` (bindings).
 * @throws StatusError 403
 * @see https://kubernetes.io/docs/reference/access-authn-authz/rbac/#privilege-escalation-prevention-and-bootstrapping
 */
export function checkEscalation(store: Store, user: User, object: Stored): void {
  if (isMaster(user)) return;
  const { namespace, name } = object.metadata;
  const held = () => rulesFor(store, user, namespace);
  if (object.kind === "Role" || object.kind === "ClusterRole") {
    const resource = object.kind === "Role" ? "roles" : "clusterroles";
    if (isAllowed(store, user, { verb: "escalate", group: rbac, resource, namespace, name })) return;
    refuse(store, user, object, missingRules(held(), (object["rules"] as PolicyRule[] | undefined) ?? []));
  }
  if (object.kind === "RoleBinding" || object.kind === "ClusterRoleBinding") {
    const roleRef = object["roleRef"] as { kind: "Role" | "ClusterRole"; name: string };
    const resource = roleRef.kind === "Role" ? "roles" : "clusterroles";
    if (isAllowed(store, user, { verb: "bind", group: rbac, resource, namespace, name: roleRef.name })) return;
    if (!store.find(roleRef.kind, roleRef.kind === "Role" ? namespace : undefined, roleRef.name)) {
      throw notFound({
        ...Store.named(store.resources.ofKind(object.kind), roleRef.name),
        plural: resource,
        kind: roleRef.kind,
      });
    }
    refuse(store, user, object, missingRules(held(), rulesOf(store, roleRef, namespace)));
  }
}
