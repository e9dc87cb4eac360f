import type { PolicyRule } from "../objects/schemas.js";
import type { Store } from "../store.js";
import type { User } from "./tokens.js";

/** What somebody wants to do. */
export interface Attempt {
  verb: string;
  group: string;
  /** `pods`, or `pods/log` for a subresource. */
  resource: string;
  namespace: string | undefined;
  name: string;
}

const has = (values: readonly string[] | undefined, wanted: string) =>
  values?.some((value) => value === "*" || value === wanted) ?? false;

function hasResource(values: readonly string[] | undefined, wanted: string): boolean {
  const [, subresource] = wanted.split("/");
  return has(values, wanted) || (subresource !== undefined && (values?.includes(`*/${subresource}`) ?? false));
}

/** Does one rule allow it? Pure. */
export function allows(rule: PolicyRule, attempt: Omit<Attempt, "namespace">): boolean {
  const names = rule.resourceNames ?? [];
  return (
    has(rule.verbs, attempt.verb) &&
    has(rule.apiGroups, attempt.group) &&
    hasResource(rule.resources, attempt.resource) &&
    (names.length === 0 || names.includes(attempt.name))
  );
}

function allowsPath(rule: PolicyRule, verb: string, path: string): boolean {
  const fits = (pattern: string) => (pattern.endsWith("*") ? path.startsWith(pattern.slice(0, -1)) : pattern === path);
  return has(rule.verbs, verb) && (rule.nonResourceURLs ?? []).some(fits);
}

type Subject = { kind: string; name: string; namespace?: string | undefined };

function isSubject(user: User, subject: Subject, bindingNamespace: string | undefined): boolean {
  switch (subject.kind) {
    case "ServiceAccount":
      return user.username === `system:serviceaccount:${subject.namespace ?? bindingNamespace ?? ""}:${subject.name}`;
    case "Group":
      return user.groups.includes(subject.name);
    default:
      return user.username === subject.name;
  }
}

export function isMaster(user: User): boolean {
  return user.groups.includes("system:masters");
}

/** The rules of the role that a binding names; none where it is not there. */
export function rulesOf(
  store: Store,
  roleRef: { kind: "Role" | "ClusterRole"; name: string },
  namespace: string | undefined,
): readonly PolicyRule[] {
  const role =
    roleRef.kind === "ClusterRole"
      ? store.find("ClusterRole", undefined, roleRef.name)
      : store.find("Role", namespace, roleRef.name);
  return role?.rules ?? [];
}

/**
 * Every rule that holds for a user in a namespace, or for the whole cluster without one.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/rbac/
 */
export function rulesFor(store: Store, user: User, namespace: string | undefined): PolicyRule[] {
  const everywhere = store.all("ClusterRoleBinding");
  const here = namespace === undefined ? [] : store.all("RoleBinding", namespace);
  return [...everywhere, ...here].flatMap(({ metadata, roleRef, subjects }) =>
    (subjects ?? []).some((subject) => isSubject(user, subject, metadata.namespace))
      ? rulesOf(store, roleRef, metadata.namespace)
      : [],
  );
}

export function isAllowed(store: Store, user: User, attempt: Attempt): boolean {
  return isMaster(user) || rulesFor(store, user, attempt.namespace).some((rule) => allows(rule, attempt));
}

export function isPathAllowed(store: Store, user: User, verb: string, path: string): boolean {
  return isMaster(user) || rulesFor(store, user, undefined).some((rule) => allowsPath(rule, verb, path));
}
