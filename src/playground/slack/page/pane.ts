import { calls, type Message, problemOf, type Result, type View } from "./calls.js";
import { Composer, type Typed } from "./composer.js";
import { askConfirm, drawDialog } from "./dialog.js";
import type { Directory } from "./directory.js";
import { button, el, freshId } from "./dom.js";
import { drawBlock } from "./draw-blocks.js";
import type { Use } from "./draw-elements.js";
import { drawMessage } from "./draw-message.js";
import { MessageList } from "./message-list.js";

const home = "home";

/** One person's Slack: who they are, their channels, what they see and may do there. */
export class Pane {
  readonly element = el("section", { class: "pane" });
  readonly #picker: HTMLSelectElement;
  readonly #channels = el("ul");
  readonly #head = el("div", { class: "channel-head" });
  readonly #list: MessageList;
  readonly #home = el("div", { class: "messages home", hidden: true });
  readonly #composer: Composer;
  readonly #status = el("p", { class: "status", role: "status" });
  readonly #dialogPlace = el("div", { class: "dialog-place" });
  #viewShown = "";
  /** Where the keyboard was before a dialog opened. */
  #before: Element | null = null;
  #load = 0;

  constructor(
    private readonly directory: Directory,
    private user: string,
    private channel: string,
  ) {
    this.#list = new MessageList((message) => this.#drawMessage(message));
    this.#composer = new Composer((typed) => void this.#send(typed));
    const id = freshId("person");
    const people = directory.world.users.filter(({ bot }) => !bot);
    const options = people.map((person) =>
      el(
        "option",
        { value: person.id, selected: person.id === user },
        [person.name, person.title].filter((part) => part !== undefined).join(" · "),
      ),
    );
    this.#picker = el("select", { id }, ...options);
    this.#picker.addEventListener("change", () => {
      this.#become(this.#picker.value);
    });
    const who = el("header", { class: "pane-head" }, el("label", { for: id }, "Signed in as"), this.#picker);
    const main = el(
      "div",
      { class: "pane-main" },
      this.#head,
      this.#list.element,
      this.#home,
      this.#status,
      this.#composer.element,
    );
    const body = el("div", { class: "pane-body" }, el("nav", { "aria-label": "Channels" }, this.#channels), main);
    this.element.append(who, body, this.#dialogPlace);
    this.#become(user);
  }

  #become(user: string): void {
    this.user = user;
    const name = this.directory.user(user);
    this.element.dataset["user"] = name;
    this.element.dataset["userId"] = user;
    this.element.setAttribute("aria-label", `Slack of ${name}`);
    const channels = this.directory.channelsOf(user);
    if (this.channel !== home && !channels.some(({ id }) => id === this.channel))
      this.channel = channels[0]?.id ?? home;
    this.#list.clear();
    this.#show(this.channel);
    this.refreshView();
  }

  #show(channel: string): void {
    this.channel = channel;
    this.element.dataset["channel"] = channel;
    const entries = this.directory
      .channelsOf(this.user)
      .map(({ id, name, kind }) => this.#entry(id, `${kind === "group" ? "🔒" : "#"} ${name}`));
    const apps = this.directory.world.apps.map(({ name, botUser }) => this.#entry(botUser, `@ ${name}`));
    this.#channels.replaceChildren(
      ...entries,
      el("li", { class: "gap", role: "separator" }),
      ...apps,
      this.#entry(home, "Home"),
    );
    this.#head.replaceChildren(...this.#heading());
    this.#status.textContent = "";
    this.#composer.answer(undefined);
    const isHome = channel === home;
    this.#home.hidden = !isHome;
    this.#list.element.hidden = isHome;
    this.#composer.element.hidden = isHome;
    const usage = this.directory.world.apps[0]?.commands[0];
    const hint = usage === undefined ? "" : `${usage.command} ${usage.usage}`;
    this.#composer.place(`Message ${this.#name()} as ${this.directory.user(this.user)}`, `Message, or ${hint}`);
    this.#list.clear();
    if (isHome) void this.refreshHome(true);
    else void this.refreshMessages();
  }

  #entry(channel: string, label: string): HTMLElement {
    const current = channel === this.channel;
    return el(
      "li",
      {},
      button(label, { "data-channel": channel, "aria-current": current ? "page" : undefined }, () => {
        this.#show(channel);
      }),
    );
  }

  #name(): string {
    const channel = this.directory.world.channels.find(({ id }) => id === this.channel);
    return channel === undefined ? `@${this.directory.user(this.channel)}` : `#${channel.name}`;
  }

  #heading(): HTMLElement[] {
    if (this.channel === home) return [el("h2", {}, "Home")];
    const channel = this.directory.world.channels.find(({ id }) => id === this.channel);
    const samples = this.directory.world.samples.filter((sample) => sample.channel === this.channel);
    const buttons = samples.map(({ index, name }) =>
      button(name, { class: "action sample", "data-sample": name }, () => void this.#do(calls.sample(index))),
    );
    const shared = channel?.shared === true && el("span", { class: "badge" }, "SHARED");
    return [
      el(
        "div",
        { class: "channel-title" },
        el("h2", {}, this.#name()),
        shared,
        channel !== undefined && el("span", { class: "topic" }, channel.topic),
      ),
      ...(buttons.length > 0 ? [el("div", { class: "samples" }, ...buttons)] : []),
    ];
  }

  async #do(call: Promise<Result>): Promise<void> {
    this.#status.textContent = "";
    const result = await call.catch(
      (): Result => ({ ok: false, error: { field: "local Slack", message: "is not running any more" } }),
    );
    this.#status.textContent = problemOf(result);
  }

  async #send({ text, threadTs }: Typed): Promise<void> {
    const [, command, rest = ""] = /^(\/\S+)\s*([\s\S]*)$/.exec(text) ?? [];
    const place = { channel: this.channel, user: this.user };
    if (command !== undefined) await this.#do(calls.command({ ...place, command, text: rest }));
    else await this.#do(calls.write({ ...place, text, ...(threadTs === undefined ? {} : { thread_ts: threadTs }) }));
    this.#composer.answer(undefined);
  }

  /** Pressing goes through the confirm step where there is one. */
  #use(place: object): Use {
    return (element, value) => {
      void (async () => {
        if (element.confirm !== undefined && !(await askConfirm(this.#dialogPlace, element.confirm, this.directory)))
          return;
        const chosen = value ?? element.value;
        await this.#do(
          calls.act({
            ...place,
            user: this.user,
            action_id: element.action_id,
            ...(chosen === undefined ? {} : { value: chosen }),
          }),
        );
      })();
    };
  }

  #drawMessage(message: Message): HTMLElement {
    const { ts, channel, thread_ts, ephemeral, username } = message;
    const place = { channel, message_ts: ts };
    const about = username ?? this.directory.user(message.user ?? "");
    const shortcuts = this.directory.world.apps.flatMap((app) => app.shortcuts);
    return drawMessage(message, {
      names: this.directory,
      use: this.#use(place),
      isApp: this.directory.isBot(message.user),
      ...(ephemeral
        ? {}
        : {
            reply: () => {
              this.#composer.answer(thread_ts ?? ts, about);
            },
          }),
      shortcuts: ephemeral
        ? []
        : shortcuts.map(({ name, callbackId }) => ({
            name,
            run: () => void this.#do(calls.shortcut({ ...place, user: this.user, callback_id: callbackId })),
          })),
    });
  }

  /** The channel that is shown, or undefined for the Home; `directMessages` are channels without a name of their own. */
  concerns(channel: string): boolean {
    const isListed = this.directory.world.channels.some(({ id, kind }) => id === channel && kind !== "im");
    return this.channel === channel || !isListed;
  }

  async refreshMessages(): Promise<void> {
    if (this.channel === home) return;
    const load = ++this.#load;
    const { messages = [] } = await calls.messages(this.channel, this.user).catch(() => ({ messages: undefined }));
    // An answer that was overtaken by a newer one must not bring old messages back.
    if (load === this.#load) this.#list.show(messages);
  }

  async refreshHome(open: boolean): Promise<void> {
    if (this.channel !== home) return;
    const { view } = await calls.home(this.user, open);
    const blocks = (view?.blocks ?? []).map((block) =>
      drawBlock(block, { names: this.directory, use: this.#use({ view: "home" }) }),
    );
    this.#home.replaceChildren(
      ...(blocks.length > 0 ? blocks : [el("p", { class: "empty" }, "The app has not published a Home yet.")]),
    );
  }

  refreshView(): void {
    void calls.view(this.user).then(({ view }) => {
      this.#showView(view);
    });
  }

  #showView(view: View | null): void {
    const shown = view === null ? "" : `${this.user}/${view.id}/${view.hash}`;
    if (shown === this.#viewShown) return;
    this.#viewShown = shown;
    const body = this.element.querySelector<HTMLElement>(".pane-body");
    if (view !== null && this.#dialogPlace.childElementCount === 0) this.#before = document.activeElement;
    if (body !== null) body.inert = view !== null;
    if (view === null) {
      this.#dialogPlace.replaceChildren();
      if (this.#before instanceof HTMLElement && this.element.contains(this.#before)) this.#before.focus();
      return;
    }
    this.#dialogPlace.replaceChildren(
      drawDialog(view, this.user, { names: this.directory, use: this.#use({ view: "modal" }) }),
    );
    this.#dialogPlace.querySelector<HTMLElement>("input, textarea, select, button")?.focus();
  }
}
