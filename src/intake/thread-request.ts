import { channelAllows, channelOf, holdersOf, type Installation } from "../config/index.js";
import { errorMessage, isKubeClawError, KubeClawError } from "../domain/errors.js";
import { investigationId, RunId } from "../domain/ids.js";
import type { Scope } from "../domain/investigation-request.js";
import { textAt } from "../domain/kubernetes-object.js";
import { escapeText } from "../findings/index.js";
import { tenant } from "./build-request.js";
import type { Asker } from "./commands/asker.js";
import { createInvestigate } from "./commands/investigate.js";
import { isVerb } from "./parse-command.js";
import { parseMention } from "./parse-mention.js";
import { parseSubject } from "./parse-subject.js";
import type { AlertIndex, Audit, InvestigationQueue, Later, Membership, RunIndex, Tell } from "./ports.js";
import { cannotTake, type CommandDelivery, notListed, notViewer } from "./slash-command.js";

/** A person mentions the bot, or writes to it directly. */
export interface MentionDelivery {
  team: string;
  channel: string;
  direct: boolean;
  user: string;
  ts: string;
  /** The thread that it stands in; null at the top of a channel. */
  threadTs: string | null;
  message: unknown;
}

/** A person asks about one message from its menu. */
export interface ShortcutDelivery extends Asker {
  ts: string;
  message: unknown;
}

/** The sentence for channels that are not listed is said this often at most. */
const sentenceEveryMs = 5 * 60_000;
const notNamed =
  "There is nothing here that names a workload of this channel's namespaces. Example: `@kubeclaw investigate deploy/checkout -n shop`";

/**
 * Investigates what a thread or a message is about, because a person asks there: an alert, a card of ours, or words
 * that name an object. The card goes into the same thread.
 */
export function createThreadRequest(deps: {
  queue: InvestigationQueue;
  alerts: AlertIndex;
  runs: RunIndex;
  people: Membership;
  tell: Tell;
  audit: Audit;
  installation: Installation;
  bot: () => string;
  onCommand: (delivery: CommandDelivery) => Promise<string | null>;
  /** A message of a channel; null where it cannot be read. */
  readMessage: (channel: string, ts: string) => Promise<unknown>;
  now: () => Date;
  later: Later;
  onError: (event: string, error: unknown) => void;
}) {
  const { alerts, runs, people, tell, audit, installation, bot, onCommand, readMessage, now, onError } = deps;
  const investigate = createInvestigate(deps);

  /** One sentence where KubeClaw is not set up, and nothing more; not again for some minutes. */
  async function sayNotListed(asker: Pick<Asker, "team" | "channel" | "user">): Promise<void> {
    const at = now().toISOString();
    const line = investigationId(
      tenant,
      `not-listed ${asker.channel} ${Math.floor(now().getTime() / sentenceEveryMs)}`,
    );
    await audit({
      at,
      kind: "delivery.refused",
      actor: { kind: "person", id: asker.user, team: asker.team },
      run: null,
      detail: { reason: "channel-not-listed", channel: asker.channel },
    });
    const place = { channel: asker.channel, threadTs: null };
    await tell({ kind: "note", run: line, at, place, text: notListed }, `${line}-note`);
  }

  async function scopeOf(
    channel: Installation["channels"][number],
    ts: string,
    message: unknown,
  ): Promise<Scope | null> {
    // Any app may write metadata: only what is a run's id is looked up.
    const metadata = RunId.safeParse(textAt(message, "metadata", "event_payload", "run"));
    const run = metadata.data ?? (await alerts.runOf({ channel: channel.id, ts }));
    const known = run === null ? null : await runs.find(run);
    if (known && channelAllows(channel, known.namespace)) return known.scope;
    return parseSubject(message, channel.namespaces, installation.cluster);
  }

  async function about(asker: Asker, ts: string, message: unknown): Promise<string | null> {
    const channel = channelOf(installation, asker.channel);
    if (!channel) return notListed;
    if (!(await people.isOneOf(asker.user, holdersOf(installation, "viewer"), false))) return notViewer;
    const own = await scopeOf(channel, ts, message);
    const root =
      own === null && asker.threadTs !== null && asker.threadTs !== ts
        ? await scopeOf(channel, asker.threadTs, await readMessage(channel.id, asker.threadTs))
        : null;
    const scope = own ?? root;
    return scope === null ? notNamed : investigate(asker, scope);
  }

  async function safely(work: () => Promise<string | null>): Promise<string | null> {
    try {
      return await work();
    } catch (error) {
      onError("request_failed", error);
      return isKubeClawError(error, "unavailable")
        ? cannotTake
        : `KubeClaw failed on this: ${escapeText(errorMessage(error).slice(0, 200))}`;
    }
  }

  return {
    /**
     * Rejects when Redis did not take it, so that Slack delivers it again.
     * @returns a line for the person alone, or null.
     */
    async onMention(delivery: MentionDelivery): Promise<string | null> {
      const { team, channel, user, ts, message } = delivery;
      const words = delivery.direct ? "" : parseMention(message, bot());
      if (words === null) return null;
      // A message with a mention is delivered twice, as a message and as a mention: it is named after itself.
      const id = `mention ${channel} ${ts}`;
      const asker: Asker = { id, team, channel, user, threadTs: delivery.threadTs ?? ts };
      if (!channelOf(installation, channel)) {
        await sayNotListed(asker);
        return null;
      }
      const [first = ""] = words.split(/\s+/);
      if (isVerb(first) || (delivery.threadTs === null && !words.includes("/"))) {
        const answer = await onCommand({ ...asker, text: words });
        // Of an event Slack keeps a copy, and delivers it again when it was not taken.
        if (answer === cannotTake) throw new KubeClawError("unavailable", cannotTake, { retryable: true });
        return answer;
      }
      const named = parseSubject(
        { text: words },
        channelOf(installation, channel)?.namespaces ?? [],
        installation.cluster,
      );
      return named ? about(asker, ts, { text: words }) : about(asker, delivery.threadTs ?? ts, await rootOf(delivery));
    },
    /** @returns a line for the person alone, or null where the card is the answer. */
    onShortcut: ({ ts, message, ...asker }: ShortcutDelivery): Promise<string | null> =>
      safely(() => about(asker, ts, message)),
  };

  function rootOf({ channel, threadTs, message }: MentionDelivery): Promise<unknown> {
    return threadTs === null ? Promise.resolve(message) : readMessage(channel, threadTs);
  }
}
