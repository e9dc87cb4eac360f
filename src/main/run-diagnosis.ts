import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import * as z from "zod";
import { collectSnapshot } from "../agent/index.js";
import { diagnose, renderAnswer, rules } from "../diagnosis/index.js";
import type { DiagnosisAnswer } from "../domain/diagnosis.js";
import { errorMessage, isKubeClawError, KubeClawError } from "../domain/errors.js";
import { Scope } from "../domain/investigation-request.js";
import { parseInput } from "../domain/parse-input.js";
import { parseObjectName } from "../domain/parse-object-name.js";
import { createRedactor } from "../domain/redaction.js";
import type { Snapshot } from "../domain/snapshot.js";
import { readSnapshot } from "../platform/files/read-snapshot.js";
import { checkIsNew, writeSnapshot } from "../platform/files/write-snapshot.js";
import { KubernetesApi } from "../platform/kubernetes/api.js";
import { createReadCluster } from "../platform/kubernetes/read-cluster.js";

const Output = z.enum(["text", "json"], { error: "expected text or json" });
const DiagnoseOptions = z.object({
  snapshot: z.string().optional(),
  batch: z.string().optional(),
  context: z.string().optional(),
  namespace: z.string().optional(),
  object: z.string().optional(),
  hygiene: z.boolean().optional(),
  output: Output,
});
const BatchRequest = z.strictObject({
  id: z.union([z.string(), z.number()]),
  snapshot: z.string({ error: "expected the path of a snapshot" }),
  namespace: z.string().optional(),
  object: z.string().optional(),
});

/** How long a cluster that is overloaded or away for a moment may keep a person waiting. */
const patienceMs = 5_000;

type Asked = { namespace?: string | undefined; object?: string | undefined };

/** A refusal that names its field: the message begins with it. */
function wrong(field: string, message: string): KubeClawError {
  return new KubeClawError("bad-input", `${field}: ${message}`);
}

function scopeOf({ namespace, object }: Asked, prefix = "--"): Partial<Scope> {
  const scope: Partial<Scope> = {};
  if (namespace !== undefined) {
    if (!Scope.shape.namespace.safeParse(namespace).success)
      throw wrong(`${prefix}namespace`, `${namespace} is not a namespace name`);
    scope.namespace = namespace;
  }
  if (object !== undefined) {
    const parsed = parseObjectName(object);
    if (!parsed) throw wrong(`${prefix}object`, `${object}: expected KIND/NAME, for example deploy/checkout`);
    scope.object = parsed;
  }
  return scope;
}

/** A snapshot of one namespace is about that namespace, where nobody says otherwise. */
function withNamespace(scope: Partial<Scope>, snapshot: Snapshot): Partial<Scope> {
  const [only, ...others] = snapshot.meta.scope.namespaces;
  if (scope.namespace !== undefined || only === undefined || others.length > 0) return scope;
  return Scope.shape.namespace.safeParse(only).success ? { ...scope, namespace: only } : scope;
}

function diagnoseSnapshot(path: string, asked: Partial<Scope>, hygiene = false): DiagnosisAnswer {
  const started = performance.now();
  const snapshot = readSnapshot(path);
  for (const warning of snapshot.warnings) process.stderr.write(`kubeclaw: ${path}: ${warning}\n`);
  const scope = withNamespace(asked, snapshot);
  const answer = diagnose(snapshot, scope, new Date(snapshot.meta.now), undefined, hygiene);
  return { ...answer, cost: { ...answer.cost, milliseconds: Math.round(performance.now() - started) } };
}

/** Reads the cluster of the kubeconfig; what the person who asks must set right is named by its field. */
async function collectLive(context: string | undefined, asked: Partial<Scope>, secrets: boolean) {
  const api = KubernetesApi.fromEnvironment({ context, patienceMs });
  const scope: Scope = { namespace: api.context.namespace, object: null, ...asked };
  const cluster = createReadCluster(api);
  try {
    const snapshot = await collectSnapshot({
      cluster,
      clusterName: api.context.cluster,
      scope,
      redact: createRedactor(),
      now: () => api.now(),
      secrets,
    });
    return { snapshot, scope, spent: cluster.spent() };
  } catch (error) {
    if (isKubeClawError(error, "bad-input")) throw wrong("--namespace", error.message);
    if (isKubeClawError(error, "unauthenticated"))
      throw new KubeClawError("bad-settings", `KUBECONFIG: the credentials are not taken: ${error.message}`);
    throw error;
  }
}

async function diagnoseCluster(
  context: string | undefined,
  asked: Partial<Scope>,
  hygiene: boolean,
): Promise<DiagnosisAnswer> {
  const started = performance.now();
  const { snapshot, scope, spent } = await collectLive(context, asked, false);
  const cost = { apiCalls: spent.calls, bytes: spent.bytes, milliseconds: Math.round(performance.now() - started) };
  return diagnose(snapshot, scope, new Date(snapshot.meta.now), cost, hygiene);
}

function print(answer: DiagnosisAnswer, output: z.infer<typeof Output>): void {
  process.stdout.write(`${output === "json" ? JSON.stringify(answer, null, 2) : renderAnswer(answer)}\n`);
}

function answerLine(line: string): string {
  let id: string | number | null = null;
  try {
    const request: unknown = JSON.parse(line);
    const given = (request as { id?: unknown } | null)?.id;
    if (typeof given === "string" || typeof given === "number") id = given;
    const { snapshot, namespace, object } = parseInput(BatchRequest, request, "request");
    return JSON.stringify({ id, ...diagnoseSnapshot(snapshot, scopeOf({ namespace, object }, "")) });
  } catch (error) {
    if (error instanceof SyntaxError) return JSON.stringify({ id: null, error: { message: "the line is no JSON" } });
    const message = errorMessage(error);
    const field = /^(?:request: )?(?:--)?(id|snapshot|namespace|object)\b/.exec(message)?.[1];
    return JSON.stringify({ id, error: { message, ...(field === undefined ? {} : { field }) } });
  }
}

async function runBatch(file: string): Promise<void> {
  const input = file === "-" ? process.stdin : createReadStream(file, "utf8");
  try {
    for await (const line of createInterface({ input, crlfDelay: Infinity })) {
      if (line.trim() === "") continue;
      if (!process.stdout.write(`${answerLine(line)}\n`))
        await new Promise((resolve) => process.stdout.once("drain", resolve));
    }
  } catch (error) {
    if (isKubeClawError(error)) throw error;
    throw new KubeClawError("bad-input", `--batch: ${file} cannot be read`, { cause: error });
  }
}

/** `kubeclaw diagnose`: one snapshot, a batch of them, or the cluster of the kubeconfig. */
export async function runDiagnose(given: Record<string, unknown>): Promise<void> {
  const options = parseInput(DiagnoseOptions, given, "diagnose");
  const { snapshot, batch, context, hygiene = false, output } = options;
  if (snapshot !== undefined && batch !== undefined) throw wrong("--batch", "give --snapshot or --batch, not both");
  if (context !== undefined && (snapshot ?? batch) !== undefined)
    throw wrong("--context", "a recorded snapshot has no context; leave the flag out");
  if (batch !== undefined) {
    if (hygiene) throw wrong("--batch", "hygiene is looked at one snapshot at a time; leave the flag out");
    if ((options.namespace ?? options.object) !== undefined)
      throw wrong("--batch", "each request names its own namespace and object; leave the flags out");
    await runBatch(batch);
    return;
  }
  const scope = scopeOf(options);
  const answer =
    snapshot === undefined
      ? await diagnoseCluster(context, scope, hygiene)
      : diagnoseSnapshot(snapshot, scope, hygiene);
  print(answer, output);
}

/** `kubeclaw snapshot`: records one namespace, with the rights of the kubeconfig. */
export async function runSnapshot(options: { namespace: string; out: string; context?: string }): Promise<void> {
  checkIsNew(options.out); // before a large cluster is read for nothing
  const { snapshot } = await collectLive(options.context, scopeOf({ namespace: options.namespace }), true);
  if (snapshot.meta.sources.objects === "absent")
    throw new KubeClawError("bad-input", `--namespace: nothing in ${options.namespace} can be read with these rights`);
  writeSnapshot(options.out, snapshot);
  for (const note of snapshot.meta.notes) process.stderr.write(`kubeclaw: ${note}\n`);
  process.stdout.write(
    `${options.out}: ${snapshot.objects.length} objects, ${snapshot.events.length} events, ${snapshot.logs.length} logs\n`,
  );
}

/** `kubeclaw rules`: the catalogue of the diagnosis. */
export function runRules(given: string): void {
  const output = parseInput(Output, given, "--output");
  if (output === "json") {
    process.stdout.write(`${JSON.stringify(rules, null, 2)}\n`);
    return;
  }
  for (const { id, family, title, remediation, severity } of rules) {
    process.stdout.write(
      `${id.padEnd(36)} ${family.padEnd(18)} ${severity.padEnd(9)} ${remediation.padEnd(8)} ${title}\n`,
    );
  }
}

/** `kubeclaw replay`: what the thread would say of a snapshot, by the rules alone. */
export function runReplay(options: { snapshot: string } & Asked): void {
  const answer = diagnoseSnapshot(options.snapshot, scopeOf(options));
  print(answer, "text");
  process.stdout.write("Rules only; replay asks no model.\n");
}
