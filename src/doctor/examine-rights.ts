import { type Finding, findingsOf } from "./finding.js";
import type { ClusterProbe, Right } from "./ports.js";
import { expectedRights, namespaceRights } from "./rights.js";

const { ok, warning, failed } = findingsOf("rights");

function describe({ account, verb, resource, subresource, namespace }: Right): string {
  const what = subresource === undefined ? resource : `${resource}/${subresource}`;
  return `${account.name}: ${verb} ${what}${namespace === undefined ? "" : ` in ${namespace}`}`;
}

/** Asks the authorizer about each account: what it needs, and what nobody of ours may have. */
export async function examineRights(
  cluster: ClusterProbe,
  namespaces: { agents: string; executors: string; watched: readonly string[] },
): Promise<Finding[]> {
  const own = await Promise.all(
    expectedRights(namespaces).map(async (right) => {
      const allowed = await cluster.mayDo(right);
      const check = describe(right);
      if (allowed === right.expected) return ok(check, allowed ? "allowed" : "refused, as it should be");
      return allowed
        ? failed(check, `allowed: ${right.why}`, "take the binding away that gives this right")
        : failed(check, "refused", `apply manifests/rights: it is needed for ${right.why}`);
    }),
  );
  const others = await Promise.all(
    namespaces.watched.map(async (namespace) => {
      const { look, act } = namespaceRights(namespace, namespaces.agents);
      const [mayLook, mayAct] = await Promise.all([cluster.mayDo(look), cluster.mayDo(act)]);
      const check = `namespace ${namespace}`;
      if (!mayLook)
        return failed(
          check,
          "investigations may not look at it",
          "apply manifests/samples/opt-in.yaml for that namespace",
        );
      return mayAct
        ? ok(check, "investigations may look, approved plans may act")
        : warning(
            check,
            "read-only: plans cannot be made",
            "apply the second binding of manifests/samples/opt-in.yaml",
          );
    }),
  );
  return [...own, ...others];
}
