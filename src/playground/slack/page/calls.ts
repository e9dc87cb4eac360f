/** The shapes that the server's `/playground/` calls answer with, as far as the page uses them. */
export interface TextObject {
  type: "plain_text" | "mrkdwn";
  text: string;
}
export interface Option {
  text: TextObject;
  value: string;
  description?: TextObject;
}
export interface Confirm {
  title?: TextObject;
  text: TextObject;
  confirm?: TextObject;
  deny?: TextObject;
  style?: string;
}
export interface Element {
  type: string;
  action_id: string;
  text?: TextObject | string;
  value?: string;
  url?: string;
  style?: string;
  alt_text?: string;
  accessibility_label?: string;
  confirm?: Confirm;
  placeholder?: TextObject;
  options?: Option[];
  option_groups?: { label: TextObject; options: Option[] }[];
  initial_option?: Option;
  initial_options?: Option[];
  initial_value?: string;
  multiline?: boolean;
  max_length?: number;
  focus_on_load?: boolean;
}
export interface Block {
  type: string;
  block_id: string;
  text?: TextObject | string;
  fields?: TextObject[];
  elements?: Element[];
  accessory?: Element;
  element?: Element;
  label?: TextObject;
  hint?: TextObject;
  optional?: boolean;
  title?: TextObject;
  alt_text?: string;
  level?: string | number;
  rows?: { type: string; text?: string; elements?: unknown }[][];
  child_blocks?: Block[];
  default_collapsed?: boolean;
  is_collapsible?: boolean;
}
export interface Attachment {
  color?: string;
  pretext?: string;
  title?: string;
  title_link?: string;
  text?: string;
  fallback?: string;
  footer?: string;
  fields?: { title: string; value: string; short?: boolean }[];
  blocks?: Block[];
}
export interface Message {
  ts: string;
  thread_ts: string | null;
  channel: string;
  user: string | null;
  username: string | null;
  bot_id: string | null;
  subtype: string | null;
  text: string;
  blocks: Block[];
  attachments: Attachment[];
  edited: object | null;
  reactions: { name: string; count: number; users: string[] }[];
  deleted: boolean;
  ephemeral: boolean;
}
export interface View {
  id: string;
  type: "modal" | "home";
  hash: string;
  callback_id: string;
  title: TextObject;
  submit: TextObject | null;
  close: TextObject | null;
  blocks: Block[];
}
export interface World {
  team: { name: string };
  roles: Record<string, string[]>;
  samples: { index: number; name: string; channel: string }[];
  users: {
    id: string;
    name: string;
    realName: string;
    title?: string;
    bot: boolean;
    deactivated: boolean;
    stranger: boolean;
  }[];
  groups: { id: string; handle: string; name: string; members: string[] }[];
  channels: {
    id: string;
    name: string;
    topic: string;
    kind: "channel" | "group" | "im";
    shared: boolean;
    members: string[];
  }[];
  apps: {
    id: string;
    name: string;
    botUser: string;
    connections: number;
    commands: { command: string; usage: string; description: string }[];
    shortcuts: { callbackId: string; name: string; type: string }[];
  }[];
}
export interface Result {
  ok: boolean;
  error?: string | { field: string; message: string };
  errors?: Record<string, string>;
}

async function call<Answer>(method: string, path: string, body?: object): Promise<Answer> {
  const init =
    body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(`/playground/${path}`, { method, ...init });
  return (await response.json()) as Answer;
}

const query = (parts: Record<string, string>) => new URLSearchParams(parts).toString();

/** Every call of the page, by what a person does or sees. */
export const calls = {
  world: () => call<World>("GET", "world"),
  messages: (channel: string, user: string) =>
    call<{ messages?: Message[] }>("GET", `messages?${query({ channel, user })}`),
  view: (user: string) => call<{ view: View | null }>("GET", `views?${query({ user })}`),
  home: (user: string, open: boolean) =>
    call<{ view: View | null }>("GET", `home?${query({ user, open: String(open) })}`),
  write: (body: { channel: string; user: string; text: string; thread_ts?: string }) =>
    call<Result>("POST", "messages", body),
  command: (body: { channel: string; user: string; command: string; text: string }) =>
    call<Result>("POST", "commands", body),
  act: (body: object) => call<Result>("POST", "actions", body),
  shortcut: (body: object) => call<Result>("POST", "shortcuts", body),
  submit: (body: { user: string; callback_id: string; values: Record<string, string | string[]> }) =>
    call<Result>("POST", "views", body),
  close: (user: string) => call<Result>("DELETE", `views?${query({ user })}`),
  sample: (index: number) => call<Result>("POST", "samples", { index }),
};

/** One sentence for the person, empty when all went well. */
export function problemOf(result: Result): string {
  if (result.ok || result.error === undefined) return "";
  if (typeof result.error === "object") return `${result.error.field}: ${result.error.message}`;
  if (result.error === "operation_timeout") return "The app did not answer in time (operation_timeout).";
  if (result.error === "dispatch_failed") return "The app could not be reached (dispatch_failed). Is it running?";
  return `The app answered with something Slack refuses (${result.error}).`;
}
