import { holdersOf, type Installation } from "../../config/index.js";
import { code } from "../../findings/index.js";
import type { Audit, FreezeSwitch, Membership } from "../ports.js";
import type { Asker } from "./asker.js";

const notAdmin = "Admins can freeze changes, and end that; you are not one.";

function where(namespace: string | null): string {
  return namespace === null ? "every namespace" : code(namespace);
}

/** The kill switch: while it is on, nothing is approved, nothing gets rights, and nothing is written. */
export function createFreezeVerbs(deps: {
  freezes: FreezeSwitch;
  people: Membership;
  audit: Audit;
  installation: Installation;
  now: () => Date;
}) {
  const { freezes, people, audit, installation, now } = deps;
  // Read fresh: who was taken out of the admins a moment ago does not lift a freeze.
  const isAdmin = (user: string) => people.isOneOf(user, holdersOf(installation, "admin"), true);
  const record = (asker: Asker, namespace: string | null, frozen: boolean) =>
    audit({
      at: now().toISOString(),
      kind: "policy.changed",
      actor: { kind: "person", id: asker.user, team: asker.team },
      run: null,
      ...(namespace === null ? {} : { subject: namespace }),
      detail: { frozen, namespace: namespace ?? "*", channel: asker.channel },
    });

  return {
    async freeze(asker: Asker, namespace: string | null): Promise<string> {
      if (!(await isAdmin(asker.user))) return notAdmin;
      await freezes.freeze(namespace, asker.user, now().toISOString()); // first of all: a record that fails must not keep it open
      await record(asker, namespace, true);
      const back = namespace === null ? "`/kubeclaw unfreeze`" : `\`/kubeclaw unfreeze ${namespace}\``;
      return `Changes in ${where(namespace)} are frozen: nothing is approved and nothing is written, until an admin says ${back}. Investigations go on.`;
    },
    async unfreeze(asker: Asker, namespace: string | null): Promise<string> {
      if (!(await isAdmin(asker.user))) return notAdmin;
      await record(asker, namespace, false);
      if (await freezes.unfreeze(namespace)) return `Changes in ${where(namespace)} may be approved again.`;
      const rest = (await freezes.list()).map((freeze) =>
        freeze.namespace === "*" ? "everything" : code(freeze.namespace),
      );
      return rest.length === 0
        ? "Nothing is frozen."
        : `${where(namespace)} has no freeze of its own; frozen: ${rest.join(", ")}.`;
    },
    /** A line for `status`, or null where nothing is frozen. */
    async line(): Promise<string | null> {
      const found = await freezes.list();
      if (found.length === 0) return null;
      const each = found.map(
        ({ namespace, by }) => `${namespace === "*" ? "everything" : code(namespace)} by <@${by}>`,
      );
      return `Changes are frozen: ${each.join(", ")}.`;
    },
  };
}
