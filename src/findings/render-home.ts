import type { HomeView, KnownBlock } from "@slack/types";
import { context, section } from "./blocks.js";
import { cut, escapeText } from "./text.js";

/** One run as the App Home lists it; texts are plain, links are in Slack's syntax. */
export interface HomeRun {
  subject: string;
  state: string;
  usd: number;
  link: string | null;
}

export interface Home {
  waiting: readonly HomeRun[];
  running: readonly HomeRun[];
  last: readonly HomeRun[];
  /** Lines that are mrkdwn already. */
  muted: readonly string[];
  spend: { usd: number; capUsd: number };
  cluster: string;
  namespaces: readonly string[];
}

const most = 20;

function lineOf(run: HomeRun): string {
  const cost = run.usd > 0 ? ` · $${run.usd.toFixed(2)}` : "";
  return `• ${escapeText(cut(run.subject, 200))} · ${escapeText(run.state)}${cost}${run.link === null ? "" : ` · ${run.link}`}`;
}

function part(id: string, title: string, lines: readonly string[], none: string): KnownBlock {
  const shown: string[] = [];
  let left = 2_500;
  for (const line of lines.slice(0, most)) {
    // A line is shown whole or not at all: half a link would be none.
    if (line.length > left) break;
    left -= line.length + 1;
    shown.push(line);
  }
  const more = lines.length - shown.length;
  const body = [...(shown.length > 0 ? shown : [none]), ...(more > 0 ? [`and ${more} more`] : [])];
  return section(id, `*${title}*\n${body.join("\n")}`);
}

/** The App Home of one person. Pure. */
export function renderHome(home: Home): HomeView {
  const { waiting, running, last, muted, spend, cluster, namespaces } = home;
  const about = namespaces.includes("*") ? "every namespace" : namespaces.join(", ") || "no namespace";
  return {
    type: "home",
    blocks: [
      part("waiting", "Waits for you", waiting.map(lineOf), "Nothing."),
      part("running", "Runs", running.map(lineOf), "Nothing."),
      part("last", "The last ones", last.map(lineOf), "Nothing has run yet."),
      part("muted", "Muted", muted, "Nothing."),
      context(
        "spend",
        `Today: $${spend.usd.toFixed(2)} of $${spend.capUsd.toFixed(2)} · ${escapeText(cut(cluster, 100))}: ${escapeText(cut(about, 1_000))}`,
      ),
    ],
  };
}
