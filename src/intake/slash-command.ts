import { channelAllows, channelOf, holdersOf, type Installation, type Role } from "../config/index.js";
import { errorMessage, isKubeClawError } from "../domain/errors.js";
import type { Scope } from "../domain/investigation-request.js";
import { escapeText } from "../findings/index.js";
import type { Asker } from "./commands/asker.js";
import { createFreezeVerbs } from "./commands/freeze.js";
import { createInvestigate } from "./commands/investigate.js";
import { createMuteVerbs } from "./commands/mute.js";
import { renderHelp } from "./commands/render-help.js";
import { createRunVerbs } from "./commands/runs.js";
import { type Command, parseCommand } from "./parse-command.js";
import type { Audit, FreezeSwitch, InvestigationQueue, Later, Membership, Mutes, RunIndex, Tell } from "./ports.js";

/** Words of a person for KubeClaw: a slash command, or what stands behind a mention. */
export interface CommandDelivery extends Asker {
  text: string;
}

export const cannotTake = "KubeClaw cannot take this right now; nothing was started.";
export const notListed =
  "KubeClaw is not set up for this channel; an admin can list it in the installation's channels.";
export const notViewer = "You may not ask KubeClaw anything here; an admin can add you to the installation's roles.";

/** The problem's own marks stay; what was typed can neither mention nor link. */
function entities(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

const everyRole: readonly Role[] = ["viewer", "operator", "approver", "admin"];

/**
 * Answers what a person asks; the answer is for the person alone, the card comes by the outbox. Nothing is accepted
 * before Redis has it.
 * @returns the text for the person, or null where the card is the answer.
 */
export function createSlashCommand(deps: {
  queue: InvestigationQueue;
  runs: RunIndex;
  mutes: Mutes;
  freezes: FreezeSwitch;
  people: Membership;
  tell: Tell;
  audit: Audit;
  installation: Installation;
  now: () => Date;
  later: Later;
  onError: (event: string, error: unknown) => void;
}): (delivery: CommandDelivery) => Promise<string | null> {
  const { people, installation, onError } = deps;
  const investigate = createInvestigate(deps);
  const runVerbs = createRunVerbs(deps);
  const muteVerbs = createMuteVerbs(deps);
  const freezeVerbs = createFreezeVerbs(deps);

  async function rolesOf(user: string): Promise<ReadonlySet<Role>> {
    const held = await Promise.all(everyRole.map((role) => people.isOneOf(user, holdersOf(installation, role), false)));
    return new Set(everyRole.filter((_, row) => held[row]));
  }

  /** The scope that is meant, or why the channel may not ask about it. */
  function scopeOf(
    channel: Installation["channels"][number],
    command: { target: Scope["object"]; namespace: string | null },
  ): Scope | string {
    const [first, ...others] = channel.namespaces;
    const only = others.length === 0 && first !== "*" ? first : undefined;
    const namespace = command.namespace ?? only;
    if (namespace === undefined) return "Which namespace? Example: `/kubeclaw investigate deploy/checkout -n shop`";
    if (!channelAllows(channel, namespace))
      return `This channel may not ask about ${namespace}; it may about ${channel.namespaces.join(", ") || "nothing"}.`;
    return { namespace, object: command.target };
  }

  async function answer(
    asker: Asker,
    channel: Installation["channels"][number],
    command: Command,
  ): Promise<string | null> {
    switch (command.kind) {
      case "help":
        return renderHelp({ roles: await rolesOf(asker.user), ...channel });
      case "mistake":
        return entities(command.problem);
      case "status":
        return [command.run === null ? await freezeVerbs.line() : null, await runVerbs.status(channel, command.run)]
          .filter((line) => line !== null)
          .join("\n");
      case "cancel":
        return runVerbs.cancel(asker, channel, command.run);
      case "freeze":
        return freezeVerbs.freeze(asker, command.namespace);
      case "unfreeze":
        return freezeVerbs.unfreeze(asker, command.namespace);
      case "mutes":
        return muteVerbs.list(asker, channel);
      case "mute":
      case "unmute":
      case "investigate": {
        const scope = scopeOf(channel, command);
        if (typeof scope === "string") return scope;
        if (command.kind === "mute") return muteVerbs.mute(asker, scope, command.forMs);
        return command.kind === "unmute" ? muteVerbs.unmute(asker, scope) : investigate(asker, scope);
      }
    }
  }

  return async ({ text, ...asker }) => {
    const channel = channelOf(installation, asker.channel);
    if (!channel) return notListed;
    try {
      if (!(await people.isOneOf(asker.user, holdersOf(installation, "viewer"), false))) return notViewer;
      return await answer(asker, channel, parseCommand(text));
    } catch (error) {
      onError("command_failed", error);
      return isKubeClawError(error, "unavailable")
        ? cannotTake
        : `KubeClaw failed on this: ${escapeText(errorMessage(error).slice(0, 200))}`;
    }
  };
}
