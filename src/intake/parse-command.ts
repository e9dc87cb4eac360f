import { Scope } from "../domain/investigation-request.js";
import { RunId } from "../domain/ids.js";

export type Command =
  | { kind: "investigate"; target: Scope["object"]; namespace: string | null }
  | { kind: "status"; run: string | null }
  | { kind: "cancel"; run: string }
  | { kind: "help" }
  | { kind: "mistake"; problem: string };

const example = "`/kubeclaw investigate deploy/checkout -n shop`";
const longest = 1_000;

/** What people type for a kind. */
const kinds: Readonly<Record<string, string>> = {
  deploy: "Deployment",
  deployment: "Deployment",
  deployments: "Deployment",
  sts: "StatefulSet",
  statefulset: "StatefulSet",
  statefulsets: "StatefulSet",
  ds: "DaemonSet",
  daemonset: "DaemonSet",
  daemonsets: "DaemonSet",
  rs: "ReplicaSet",
  replicaset: "ReplicaSet",
  po: "Pod",
  pod: "Pod",
  pods: "Pod",
  job: "Job",
  jobs: "Job",
  cronjob: "CronJob",
  cj: "CronJob",
};

function mistake(problem: string): Command {
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

function parseTarget(word: string): Scope["object"] | string {
  const [kindWord, name, ...rest] = word.toLowerCase().split("/");
  if (kindWord === undefined || name === undefined || rest.length > 0)
    return `${word}: expected KIND/NAME, for example deploy/checkout`;
  const kind = Object.hasOwn(kinds, kindWord) ? kinds[kindWord] : undefined;
  if (kind === undefined)
    return `${kindWord}: not a kind that is investigated; use deploy, sts, ds, job, cronjob or pod`;
  const parsed = Scope.shape.object.safeParse({ kind, name });
  return parsed.success ? parsed.data : `${name}: not a name that Kubernetes allows`;
}

function parseInvestigate(words: readonly string[]): Command {
  let namespace: string | null = null;
  let target: Scope["object"] = null;
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? "";
    const joined = /^(?:-n|--namespace)=(.*)$/.exec(word)?.[1];
    // A typographic dash stands for two hyphens: "—namespace" arrives as "-namespace".
    if (joined !== undefined || ["-n", "--namespace", "-namespace"].includes(word)) {
      const value = joined ?? words[(index += 1)];
      if (value === undefined || value === "") return mistake(`${word} needs a namespace. Example: ${example}`);
      if (namespace !== null) return mistake(`the namespace is given twice. Example: ${example}`);
      if (!Scope.shape.namespace.safeParse(value).success)
        return mistake(`${value} is not a namespace name. Example: ${example}`);
      namespace = value;
    } else if (word.startsWith("-")) {
      return mistake(`unknown option ${word}. Example: ${example}`);
    } else if (target !== null) {
      return mistake(`one object at a time; ${word} is too much. Example: ${example}`);
    } else {
      const parsed = parseTarget(word);
      if (typeof parsed === "string") return mistake(`${parsed}. Example: ${example}`);
      target = parsed;
    }
  }
  return { kind: "investigate", target, namespace };
}

/** Parses the text behind `/kubeclaw`. Every mistake becomes one sentence with an example. Pure. */
export function parseCommand(text: string): Command {
  if (text.length > longest) return mistake(`that is too long. Example: ${example}`);
  const [verb = "help", ...words] = normalise(text)
    .split(/\s+/)
    .filter((word) => word !== "");
  switch (verb.toLowerCase()) {
    case "help":
      return { kind: "help" };
    case "investigate":
      return parseInvestigate(words);
    case "status":
    case "cancel": {
      const run = words[0];
      if (words.length > 1)
        return mistake(`\`${verb}\` takes one run. Example: \`/kubeclaw ${verb} kc-inv-0123456789abcdef0123\``);
      if (run !== undefined && !RunId.safeParse(run).success)
        return mistake(
          `${run.slice(0, 60)} is not a run's id. Example: \`/kubeclaw ${verb} kc-inv-0123456789abcdef0123\``,
        );
      if (verb.toLowerCase() === "status") return { kind: "status", run: run ?? null };
      return run === undefined
        ? mistake("`cancel` needs a run's id; `/kubeclaw status` lists them")
        : { kind: "cancel", run };
    }
    default:
      return mistake(`there is no \`${verb.slice(0, 40)}\`. Try \`/kubeclaw help\`, or ${example}`);
  }
}
