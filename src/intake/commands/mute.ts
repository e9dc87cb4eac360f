import { channelAllows, holdersOf, type Installation } from "../../config/index.js";
import type { Scope } from "../../domain/investigation-request.js";
import { code, moment, shortName } from "../../findings/index.js";
import { buildTarget } from "../alerts/build-alert.js";
import { parseWorkload } from "../alerts/parse-workload.js";
import type { Audit, Membership, Mute, Mutes } from "../ports.js";
import type { Asker } from "./asker.js";

type Channel = Installation["channels"][number];

const notOperator = "Operators can mute alerts, and end that; you are not one.";

function nameOf({ namespace, object }: Pick<Mute, "namespace" | "object">): string {
  return object === null ? `namespace ${code(namespace)}` : `${code(object)} in ${code(namespace)}`;
}

function wayBack({ namespace, object }: Mute): string {
  return `\`/kubeclaw unmute ${object === null ? "" : `${object} `}-n ${namespace}\``;
}

/** One mute in a line: what, until when, by whom, and how it ends. */
export function lineOfMute(mute: Mute, now: Date): string {
  return `${nameOf(mute)} until ${moment(mute.until, now)} by <@${mute.by}> · ${wayBack(mute)}`;
}

/** Muting what alerts are about: for a time, by operators, for all to see. Each change is on record. */
export function createMuteVerbs(deps: {
  mutes: Mutes;
  people: Membership;
  audit: Audit;
  installation: Installation;
  now: () => Date;
}) {
  const { mutes, people, audit, installation, now } = deps;
  const mayMute = (user: string) => people.isOneOf(user, holdersOf(installation, "operator"), false);

  function targetOf(scope: Scope): Pick<Mute, "target" | "namespace" | "object"> {
    const workload = scope.object && parseWorkload(scope.object);
    return {
      target: buildTarget(installation.cluster, scope.namespace, workload?.workload ?? null),
      namespace: scope.namespace,
      object: workload && shortName(workload.object),
    };
  }

  async function record(asker: Asker, mute: Pick<Mute, "namespace" | "object">, until: string | null): Promise<void> {
    await audit({
      at: now().toISOString(),
      kind: "policy.changed",
      actor: { kind: "person", id: asker.user, team: asker.team },
      run: null,
      subject: mute.object === null ? mute.namespace : `${mute.namespace}/${mute.object}`,
      detail: { muted: until !== null, ...(until === null ? {} : { until }), channel: asker.channel },
    });
  }

  return {
    async list(asker: Asker, channel: Channel): Promise<string> {
      if (!(await mayMute(asker.user))) return notOperator;
      const found = (await mutes.list()).filter(({ namespace }) => channelAllows(channel, namespace)).slice(0, 30);
      if (found.length === 0) return "Nothing is muted. Example: `/kubeclaw mute deploy/checkout -n shop --for 2h`";
      return found.map((mute) => lineOfMute(mute, now())).join("\n");
    },
    async mute(asker: Asker, scope: Scope, forMs: number): Promise<string> {
      if (!(await mayMute(asker.user))) return notOperator;
      const until = new Date(now().getTime() + forMs).toISOString();
      const mute: Mute = { ...targetOf(scope), until, by: asker.user };
      // On record first: what nobody could find again must not hold alerts back.
      await record(asker, mute, until);
      await mutes.set(mute);
      return `Alerts about ${nameOf(mute)} start nothing until ${moment(until, now())}; ${wayBack(mute)} ends that.`;
    },
    async unmute(asker: Asker, scope: Scope): Promise<string> {
      if (!(await mayMute(asker.user))) return notOperator;
      const target = targetOf(scope);
      const ended = await mutes.remove(target.target);
      if (!ended) return `${nameOf(target)} is not muted; \`/kubeclaw mute\` lists what is.`;
      await record(asker, ended, null);
      return `Alerts about ${nameOf(ended)} are investigated again.`;
    },
  };
}
