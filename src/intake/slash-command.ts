import { channelAllows, channelOf, holdersOf, type Installation } from "../config/index.js";
import { errorMessage, isKubeClawError } from "../domain/errors.js";
import type { Scope } from "../domain/investigation-request.js";
import { buildCommandRequest } from "./build-request.js";
import { parseCommand } from "./parse-command.js";
import type { Audit, InvestigationQueue, RunIndex, Tell } from "./ports.js";

/** A slash command as it was delivered. */
export interface CommandDelivery {
  /** Unique for each delivery: Slack's trigger id. */
  id: string;
  team: string;
  channel: string;
  user: string;
  text: string;
}

export const cannotTake = "KubeClaw cannot take this right now; nothing was started.";
export const notListed =
  "KubeClaw is not set up for this channel; an admin can list it in the installation's channels.";

const help = [
  "`/kubeclaw investigate deploy/checkout -n shop`: what is wrong with it, and what can be done",
  "`/kubeclaw investigate -n shop`: the whole namespace",
  "`/kubeclaw status [RUN]`: what runs, and how it ended",
  "`/kubeclaw cancel RUN`: stops a run",
  "Alerts posted in watched channels are investigated without asking.",
].join("\n");

function escape(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

/**
 * Answers one slash command; the answer is for the person alone, the card comes by the outbox. Nothing is accepted
 * before Redis has it.
 * @returns the ephemeral text, or null where the card is the answer.
 */
export function createSlashCommand(deps: {
  queue: InvestigationQueue;
  runs: RunIndex;
  people: { isOneOf(user: string, entries: readonly string[], fresh: boolean): Promise<boolean> };
  tell: Tell;
  audit: Audit;
  installation: Installation;
  now: () => Date;
  onError: (event: string, error: unknown) => void;
}): (delivery: CommandDelivery) => Promise<string | null> {
  const { queue, runs, people, tell, audit, installation, now, onError } = deps;

  async function investigate(delivery: CommandDelivery, scope: Scope): Promise<string | null> {
    const at = now().toISOString();
    const place = {
      deliveryId: delivery.id,
      team: delivery.team,
      channel: delivery.channel,
      cluster: installation.cluster,
      at,
    };
    const request = buildCommandRequest(place, scope, delivery.user);
    const result = await queue.enqueue(request, installation.budgets.run.seconds * 1_000);
    await audit({
      at,
      kind: result.kind === "new" ? "delivery.accepted" : "delivery.duplicate",
      actor: { kind: "person", id: delivery.user, team: delivery.team },
      run: result.run,
      subject: scope.object ? `${scope.namespace}/${scope.object.kind}/${scope.object.name}` : scope.namespace,
      detail: { delivery: delivery.id, result: result.kind, channel: delivery.channel },
    });
    if (result.kind === "joined") {
      const link = await runs.link(result.run);
      return `That is already being looked at: ${link ?? `\`${result.run}\``}`;
    }
    await tell({ kind: "requested", run: result.run, at, request }, `${result.run}-requested`);
    return null;
  }

  async function cancel(delivery: CommandDelivery, run: string): Promise<string> {
    const known = await runs.find(run);
    if (!known) return `There is no run \`${run}\`.`;
    const allowed =
      known.requestedBy === delivery.user ||
      (await people.isOneOf(delivery.user, holdersOf(installation, "operator"), false));
    if (!allowed) return "Only the person who asked, and operators, can stop a run.";
    await runs.cancel(run, delivery.user);
    return `\`${run}\` is being stopped.`;
  }

  async function status(run: string | null): Promise<string> {
    const found = run === null ? await runs.recent(5) : [await runs.find(run)].filter((entry) => entry !== null);
    if (found.length === 0) return run === null ? "Nothing has run yet." : `There is no run \`${run}\`.`;
    return found
      .map(
        (entry) =>
          `\`${entry.run}\` ${escape(entry.subject)} · ${entry.state}${entry.link === null ? "" : ` · ${entry.link}`}`,
      )
      .join("\n");
  }

  return async (delivery) => {
    const channel = channelOf(installation, delivery.channel);
    if (!channel) return notListed;
    const command = parseCommand(delivery.text);
    try {
      switch (command.kind) {
        case "help":
          return help;
        case "mistake":
          return escape(command.problem);
        case "status":
          return await status(command.run);
        case "cancel":
          return await cancel(delivery, command.run);
        case "investigate": {
          const only =
            channel.namespaces.length === 1 && channel.namespaces[0] !== "*" ? channel.namespaces[0] : undefined;
          const namespace = command.namespace ?? only;
          if (namespace === undefined)
            return "Which namespace? Example: `/kubeclaw investigate deploy/checkout -n shop`";
          if (!channelAllows(channel, namespace))
            return `This channel may not ask about ${namespace}; it may about ${channel.namespaces.join(", ") || "nothing"}.`;
          return await investigate(delivery, { namespace, object: command.target });
        }
      }
    } catch (error) {
      onError("command_failed", error);
      return isKubeClawError(error, "unavailable")
        ? cannotTake
        : `KubeClaw failed on this: ${errorMessage(error).slice(0, 200)}`;
    }
  };
}
