import { mintId, type JsonObject } from "./ids.js";

/** A view as the app last gave it: `content` holds `blocks`, `title`, `private_metadata` and the rest, validated. */
export interface StoredView {
  id: string;
  appId: string;
  user: string;
  type: "modal" | "home";
  callbackId: string;
  externalId: string;
  hash: string;
  content: JsonObject & { blocks: JsonObject[] };
}

type ViewDraft = Pick<StoredView, "appId" | "user" | "type" | "content">;

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const mintHash = () => `${Math.floor(Date.now() / 1000)}.${mintId("", 8)}`;

/** Dialogs are a stack of at most three for each person; the Home of an app is one view for each person. */
export class ViewStore {
  readonly #stacks = new Map<string, StoredView[]>();
  readonly #homes = new Map<string, StoredView>();

  constructor(private readonly tell: (kind: "view" | "home", user: string) => void) {}

  stack(user: string): readonly StoredView[] {
    return this.#stacks.get(user) ?? [];
  }

  top(user: string): StoredView | undefined {
    return this.stack(user).at(-1);
  }

  home(appId: string, user: string): StoredView | undefined {
    return this.#homes.get(`${appId}/${user}`);
  }

  find(match: (view: StoredView) => boolean): StoredView | undefined {
    return [...[...this.#stacks.values()].flat(), ...this.#homes.values()].find(match);
  }

  #make(draft: ViewDraft): StoredView {
    const { callback_id, external_id } = draft.content;
    return {
      ...draft,
      id: mintId("V"),
      callbackId: text(callback_id),
      externalId: text(external_id),
      hash: mintHash(),
    };
  }

  /** Opens the first dialog of a stack, in place of whatever the person had open. */
  open(draft: ViewDraft): StoredView {
    const view = this.#make(draft);
    this.#stacks.set(draft.user, [view]);
    this.tell("view", draft.user);
    return view;
  }

  push(draft: ViewDraft): StoredView {
    const view = this.#make(draft);
    this.#stacks.set(draft.user, [...this.stack(draft.user), view]);
    this.tell("view", draft.user);
    return view;
  }

  publish(draft: ViewDraft): StoredView {
    const id = this.home(draft.appId, draft.user)?.id;
    const view = { ...this.#make(draft), ...(id === undefined ? {} : { id }) };
    this.#homes.set(`${draft.appId}/${draft.user}`, view);
    this.tell("home", draft.user);
    return view;
  }

  update(view: StoredView, content: StoredView["content"]): StoredView {
    view.content = content;
    view.callbackId = text(content["callback_id"]);
    view.externalId = text(content["external_id"]);
    view.hash = mintHash();
    this.tell(view.type === "modal" ? "view" : "home", view.user);
    return view;
  }

  /** Takes the top dialog away; `all` takes the whole stack. */
  close(user: string, all: boolean): void {
    this.#stacks.set(user, all ? [] : this.stack(user).slice(0, -1));
    this.tell("view", user);
  }

  /** The view object of docs.slack.dev, reference/interaction-payloads/view-interactions-payload. */
  present(view: StoredView, team: string, botId: string, values: JsonObject = {}): JsonObject {
    const stack = this.stack(view.user);
    const at = stack.indexOf(view);
    const { content } = view;
    return {
      id: view.id,
      team_id: team,
      type: view.type,
      blocks: content.blocks,
      private_metadata: text(content["private_metadata"]),
      callback_id: view.callbackId,
      state: { values },
      hash: view.hash,
      title: content["title"] ?? { type: "plain_text", text: "View Title", emoji: true },
      clear_on_close: content["clear_on_close"] === true,
      notify_on_close: content["notify_on_close"] === true,
      close: content["close"] ?? null,
      submit: content["submit"] ?? null,
      previous_view_id: stack[at - 1]?.id ?? null,
      root_view_id: stack[0]?.id ?? view.id,
      app_id: view.appId,
      external_id: view.externalId,
      app_installed_team_id: team,
      bot_id: botId,
    };
  }
}
