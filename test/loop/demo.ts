import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { createInterface } from "node:readline";

/** A message of the local Slack, as a person sees it. */
export interface Message {
  ts: string;
  thread_ts?: string;
  text: string;
  blocks: unknown;
  ephemeral?: boolean;
  metadata: { event_type: string; event_payload: { run: string; state: string } } | null;
}

/** What a control call answers. */
export interface Told {
  ok: boolean;
  ts: string;
  messages: Message[];
  view: unknown;
}

/** An object of the replay cluster, as far as the tests read it. */
export interface ClusterObject {
  metadata: { name: string; generation: number; annotations: Record<string, string> };
  spec: { replicas: number; template: { spec: { containers: { image: string }[] } } };
  status: { phase?: string; replicas?: number };
  items: ClusterObject[];
}

export interface Ready {
  page: string;
  slack: string;
  kubernetes: string;
  pids: Record<string, number>;
}

const readyMs = 60_000;
const waitMs = 20_000;

/** The demo as a person starts it, and what a person then does in it. */
export class Demo {
  private constructor(
    readonly ready: Ready,
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {}

  static async start(env: Readonly<Record<string, string>> = {}, args: readonly string[] = []): Promise<Demo> {
    const child = spawn(process.execPath, ["dist/playground/demo.js", "--json", "--no-open", "--port", "0", ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env["PATH"], ...env },
    });
    const said: string[] = [];
    createInterface(child.stderr).on("line", (line) => said.push(line));
    const line = new Promise<string>((resolve) => createInterface(child.stdout).once("line", resolve));
    const late = new Promise<never>((_, reject) => {
      setTimeout(() => {
        reject(new Error(`not ready after ${readyMs / 1_000} s: ${said.join("\n")}`));
      }, readyMs).unref();
    });
    const gone = once(child, "exit").then(() => {
      throw new Error(`the demo ended: ${said.join("\n")}`);
    });
    gone.catch(() => undefined);
    return new Demo(JSON.parse(await Promise.race([line, late, gone])) as Ready, child, env["TMPDIR"] ?? "");
  }

  /** SIGINT, as Ctrl-C; answers with the exit code. */
  async stop(): Promise<number | null> {
    if (this.child.exitCode !== null) return this.child.exitCode;
    const ended = once(this.child, "exit");
    this.child.kill("SIGINT");
    const [code] = (await ended) as [number | null];
    return code;
  }

  async post(path: string, body: object): Promise<Told> {
    const response = await fetch(`${this.ready.slack}/playground/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return (await response.json()) as Told;
  }

  async get(path: string): Promise<Told> {
    return (await (await fetch(`${this.ready.slack}/playground/${path}`)).json()) as Told;
  }

  async messages(channel: string, user?: string): Promise<Message[]> {
    return (await this.get(`messages?channel=${channel}${user === undefined ? "" : `&user=${user}`}`))["messages"];
  }

  async cards(channel: string): Promise<Message[]> {
    return (await this.messages(channel)).filter((message) => message.metadata?.event_type === "kubeclaw_card");
  }

  command(user: string, text: string, channel = "sre"): Promise<Told> {
    return this.post("commands", { channel, user, command: "/kubeclaw", text });
  }

  press(user: string, card: Message, action: string, channel = "sre"): Promise<Told> {
    return this.post("actions", { channel, message_ts: card.ts, user, action_id: action });
  }

  /** Sends the dialog in front of a person, once it is open: it opens after the press was answered. */
  async submit(user: string, callbackId: string, values: Readonly<Record<string, string>>): Promise<Told> {
    await eventually(async () => ((await this.get(`views?user=${user}`)).view === null ? undefined : true));
    return this.post("views", { user, callback_id: callbackId, values });
  }

  /** The card of that run, or the newest one that fits, once it is in one of these states. */
  async card(
    channel: string,
    states: readonly string[],
    fits: (card: Message) => boolean = () => true,
  ): Promise<Message> {
    return eventually(
      async () => (await this.cards(channel)).findLast((card) => states.includes(stateOf(card)) && fits(card)),
      async () => JSON.stringify((await this.cards(channel)).map((card) => [card.text, stateOf(card)])),
    );
  }

  /** What the replay cluster says to its administrator. */
  async cluster(path: string): Promise<ClusterObject> {
    const response = await fetch(this.ready.kubernetes + path, {
      headers: { authorization: `Bearer ${await this.#token()}` },
    });
    return (await response.json()) as ClusterObject;
  }

  /** Scales a Deployment of the shop, as somebody with kubectl would. */
  async scale(name: string, replicas: number): Promise<void> {
    await fetch(`${this.ready.kubernetes}/apis/apps/v1/namespaces/shop/deployments/${name}/scale`, {
      method: "PATCH",
      headers: { authorization: `Bearer ${await this.#token()}`, "content-type": "application/merge-patch+json" },
      body: JSON.stringify({ spec: { replicas } }),
    });
  }

  deployment(name: string): Promise<ClusterObject> {
    return this.cluster(`/apis/apps/v1/namespaces/shop/deployments/${name}`);
  }

  async #token(): Promise<string> {
    const [own = ""] = (await readdir(this.folder)).filter((name) => name.startsWith("kubeclaw-demo-"));
    const kubeconfig = await readFile(`${this.folder}/${own}/admin.kubeconfig`, "utf8");
    return /token: (\S+)/.exec(kubeconfig)?.[1] ?? "";
  }
}

export function stateOf(card: Message): string {
  return String(card.metadata?.event_payload.state);
}

export const runOf = (card: Message): string => String(card.metadata?.event_payload.run);

export async function eventually<T>(
  probe: () => Promise<T | undefined>,
  seen: () => Promise<string> = () => Promise.resolve(""),
): Promise<T> {
  const late = Date.now() + waitMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (Date.now() > late) throw new Error(`it did not become so within ${waitMs / 1_000} s; seen: ${await seen()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Is there a process of this id? */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
