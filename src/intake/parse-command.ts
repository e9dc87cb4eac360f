import { Duration } from "../config/index.js";
import { RunId } from "../domain/ids.js";
import { Scope } from "../domain/investigation-request.js";
import { nearestWord } from "./commands/nearest-word.js";
import { parseTarget } from "./parse-target.js";

type Where = { target: Scope["object"]; namespace: string | null };

export type Command =
  | ({ kind: "investigate" } & Where)
  | { kind: "status"; run: string | null }
  | { kind: "cancel"; run: string }
  | { kind: "mutes" }
  | ({ kind: "mute"; forMs: number } & Where)
  | ({ kind: "unmute" } & Where)
  | { kind: "freeze" | "unfreeze"; namespace: string | null }
  | { kind: "help" }
  | { kind: "mistake"; problem: string };

const verbs = ["help", "investigate", "status", "cancel", "mute", "unmute", "freeze", "unfreeze"];
const example = "`/kubeclaw investigate deploy/checkout -n shop`";
const muteExample = "`/kubeclaw mute deploy/checkout -n shop --for 2h`";
const longest = 1_000;
const hour = 3_600_000;
/** What is muted for longer is forgotten. */
const longestMuteMs = 7 * 24 * hour;

function mistake(problem: string): { kind: "mistake"; problem: string } {
  return { kind: "mistake", problem };
}

/** Undoes what clients put in: typographic dashes and quotes, invisible characters, entities. */
function normalise(text: string): string {
  return text
    .replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, "")
    .replace(/[\u2012-\u2015\u2212]/g, "-")
    .replace(/[\u2018\u2019\u201c\u201d`"']/g, "")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&")
    .trim();
}

/** True for a word that begins a command; a mention may say anything else. Pure. */
export function isVerb(word: string): boolean {
  return verbs.includes(word.toLowerCase());
}

/** The object, the namespace and, where it may be said, the length of time, in any order. */
function parseWords(
  words: readonly string[],
  options: { example: string; timed: boolean },
): (Where & { forMs: number | null }) | { kind: "mistake"; problem: string } {
  const wrong = (problem: string) => mistake(`${problem}. Example: ${options.example}`);
  let namespace: string | null = null;
  let target: Scope["object"] = null;
  let forMs: number | null = null;
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? "";
    // A typographic dash stands for two hyphens: "—namespace" arrives as "-namespace".
    const [, name = "", joined] = /^-{1,2}(n|namespace|for)(?:=(.*))?$/.exec(word) ?? [];
    if (name === "n" || name === "namespace") {
      const value = joined ?? words[(index += 1)];
      if (value === undefined || value === "") return wrong(`${word} needs a namespace`);
      if (namespace !== null) return wrong("the namespace is given twice");
      if (!Scope.shape.namespace.safeParse(value).success) return wrong(`${value} is not a namespace name`);
      namespace = value;
    } else if (name === "for" && options.timed) {
      const parsed = Duration.safeParse(joined ?? words[(index += 1)]);
      if (!parsed.success) return wrong("`--for` needs a whole number and a unit: m, h or d");
      if (parsed.data < 60_000 || parsed.data > longestMuteMs) return wrong("`--for` takes one minute to seven days");
      if (forMs !== null) return wrong("the time is given twice");
      forMs = parsed.data;
    } else if (word.startsWith("-")) {
      return wrong(`unknown option ${word}`);
    } else if (target !== null) {
      return wrong(`one object at a time; ${word} is too much`);
    } else {
      const parsed = parseTarget(word);
      if (typeof parsed === "string") return wrong(parsed);
      target = parsed;
    }
  }
  return { target, namespace, forMs };
}

function parseInvestigate(words: readonly string[]): Command {
  const parsed = parseWords(words, { example, timed: false });
  return "kind" in parsed ? parsed : { kind: "investigate", target: parsed.target, namespace: parsed.namespace };
}

function parseMute(words: readonly string[]): Command {
  if (words.length === 0) return { kind: "mutes" };
  const parsed = parseWords(words, { example: muteExample, timed: true });
  if ("kind" in parsed) return parsed;
  const { target, namespace, forMs } = parsed;
  return { kind: "mute", target, namespace, forMs: forMs ?? 2 * hour };
}

function parseUnmute(words: readonly string[]): Command {
  const parsed = parseWords(words, { example: "`/kubeclaw unmute deploy/checkout -n shop`", timed: false });
  return "kind" in parsed ? parsed : { kind: "unmute", target: parsed.target, namespace: parsed.namespace };
}

/** `freeze shop`, `freeze -n shop`, or everything. */
function parseFreeze(verb: "freeze" | "unfreeze", words: readonly string[]): Command {
  const sample = `Example: \`/kubeclaw ${verb} shop\`, or \`/kubeclaw ${verb}\` for everything`;
  const [first, ...rest] = words[0] === "-n" || words[0] === "--namespace" ? words.slice(1) : words;
  if (rest.length > 0) return mistake(`\`${verb}\` takes one namespace. ${sample}`);
  if (first === undefined)
    return words.length > 0
      ? mistake(`${words[0] ?? ""} needs a namespace. ${sample}`)
      : { kind: verb, namespace: null };
  return Scope.shape.namespace.safeParse(first).success
    ? { kind: verb, namespace: first }
    : mistake(`${first.slice(0, 60)} is not a namespace name. ${sample}`);
}

function parseRun(verb: "status" | "cancel", words: readonly string[]): Command {
  const run = words[0];
  const sample = `Example: \`/kubeclaw ${verb} kc-inv-0123456789abcdef0123\``;
  if (words.length > 1) return mistake(`\`${verb}\` takes one run. ${sample}`);
  if (run !== undefined && !RunId.safeParse(run).success)
    return mistake(`${run.slice(0, 60)} is not a run's id. ${sample}`);
  if (verb === "status") return { kind: "status", run: run ?? null };
  return run === undefined
    ? mistake("`cancel` needs a run's id; `/kubeclaw status` lists them")
    : { kind: "cancel", run };
}

/** Parses the text behind `/kubeclaw`. Every mistake becomes one sentence with an example. Pure. */
export function parseCommand(text: string): Command {
  if (text.length > longest) return mistake(`that is too long. Example: ${example}`);
  const [typed = "help", ...words] = normalise(text)
    .split(/\s+/)
    .filter((word) => word !== "");
  const verb = typed.toLowerCase();
  switch (verb) {
    case "help":
      return { kind: "help" };
    case "investigate":
      return parseInvestigate(words);
    case "mute":
      return parseMute(words);
    case "unmute":
      return parseUnmute(words);
    case "freeze":
    case "unfreeze":
      return parseFreeze(verb, words);
    case "status":
    case "cancel":
      return parseRun(verb, words);
    default: {
      const meant = nearestWord(verb, verbs);
      const hint = meant === null ? "Try `/kubeclaw help`, or" : `Did you mean \`${meant}\`? Example:`;
      return mistake(`there is no \`${typed.slice(0, 40)}\`. ${hint} ${example}`);
    }
  }
}
