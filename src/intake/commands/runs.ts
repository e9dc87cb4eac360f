import { channelAllows, holdersOf, type Installation } from "../../config/index.js";
import { escapeText } from "../../findings/index.js";
import type { Membership, RunIndex } from "../ports.js";
import type { Asker } from "./asker.js";

type Channel = Installation["channels"][number];

const listed = 5;

/** What people ask about runs, and stopping one. Runs of namespaces of other channels do not exist here. */
export function createRunVerbs(deps: { runs: RunIndex; people: Membership; installation: Installation }) {
  const { runs, people, installation } = deps;

  async function findHere(channel: Channel, run: string) {
    const known = await runs.find(run);
    return known && channelAllows(channel, known.namespace) ? known : null;
  }

  return {
    async status(channel: Channel, run: string | null): Promise<string> {
      const found =
        run === null
          ? await runs.recent(listed, (namespace) => channelAllows(channel, namespace))
          : [await findHere(channel, run)].filter((entry) => entry !== null);
      if (found.length === 0) return run === null ? "Nothing has run yet." : `There is no run \`${run}\`.`;
      return found
        .map(
          (entry) =>
            `\`${entry.run}\` ${escapeText(entry.subject)} · ${entry.state}${entry.link === null ? "" : ` · ${entry.link}`}`,
        )
        .join("\n");
    },
    async cancel(asker: Asker, channel: Channel, run: string): Promise<string> {
      const known = await findHere(channel, run);
      if (!known) return `There is no run \`${run}\`.`;
      const allowed =
        known.requestedBy === asker.user ||
        (await people.isOneOf(asker.user, holdersOf(installation, "operator"), false));
      if (!allowed) return "Only the person who asked, and operators, can stop a run.";
      await runs.cancel(run, asker.user);
      return `\`${run}\` is being stopped.`;
    },
  };
}
