import { channelAllows, channelOf, holdersOf, type Installation } from "../config/index.js";
import { RunId } from "../domain/ids.js";
import { renderFeedback } from "../findings/index.js";
import type { CardPress, PressAnswer } from "./card-buttons.js";
import { packDialogValue, parseDialogValue } from "./dialog-value.js";
import { notViewer } from "./slash-command.js";
import type { Feedback, FeedbackStore, Membership, RunIndex } from "./ports.js";

const noRun = "This button does not belong to a run that is known here.";
const answers: Readonly<Record<string, Feedback["answer"]>> = {
  "feedback-right": "right",
  "feedback-wrong": "wrong",
  "feedback-partly": "partly",
};

/** Takes what people say of a finding: kept with the run, one answer of each person, the last one. */
export function createFeedback(deps: {
  store: FeedbackStore;
  runs: RunIndex;
  people: Membership;
  installation: Installation;
  now: () => Date;
}) {
  const { store, runs, people, installation, now } = deps;

  /** Why this person may not judge this run here; null where they may. */
  async function refusal(run: string, channelId: string, user: string): Promise<string | null> {
    const channel = channelOf(installation, channelId);
    const known = RunId.safeParse(run).success ? await runs.find(run) : null;
    if (!channel || !known || !channelAllows(channel, known.namespace)) return noRun;
    return (await people.isOneOf(user, holdersOf(installation, "viewer"), false)) ? null : notViewer;
  }

  return {
    handles: (action: string): boolean => Object.hasOwn(answers, action),
    async onPress({ action, value: run, channel, messageTs, user }: CardPress): Promise<PressAnswer> {
      const answer = answers[action];
      const refused = await refusal(run, channel, user);
      if (answer === undefined || refused !== null) return { text: refused ?? noRun };
      if (answer !== "right") {
        const privateMetadata = packDialogValue({ value: `${run}:${answer}`, channel, messageTs: messageTs ?? "" });
        return { view: renderFeedback({ answer, privateMetadata }) };
      }
      await store.save({ run, user, answer, text: null, at: now().toISOString() });
      return { text: "Thank you; it is kept with the run." };
    },
    /** @returns what is wrong with the dialog, or null where it is kept. */
    async onDialog({
      value,
      user,
      reason,
    }: {
      value: string;
      user: string;
      reason: string | null;
    }): Promise<string | null> {
      const opened = parseDialogValue(value);
      const [run = "", answer] = opened?.value.split(":") ?? [];
      if (!opened || (answer !== "wrong" && answer !== "partly")) return noRun;
      const refused = await refusal(run, opened.channel, user);
      if (refused !== null) return refused;
      await store.save({ run, user, answer, text: (reason ?? "").slice(0, 1_000), at: now().toISOString() });
      return null;
    },
  };
}
