/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { calls, type World } from "./calls.js";
import { Directory } from "./directory.js";
import { button, el } from "./dom.js";
import { Pane } from "./pane.js";

type Notice = { kind: "messages"; channel: string } | { kind: "view" | "home"; user: string } | { kind: "connections" };

const defaultPeople = 2;

/** Who may do what, as the world's file says it. */
function drawPeople(directory: Directory): HTMLElement {
  const { users, groups, roles } = directory.world;
  const nameOf = (id: string) =>
    id === "*" ? "everybody" : id.startsWith("S") ? `@${directory.group(id)}` : directory.user(id);
  const people = users
    .filter(({ bot }) => !bot)
    .map(({ id, name, realName, title = "", stranger }) =>
      el(
        "tr",
        {},
        el("th", { scope: "row" }, name),
        el("td", {}, realName),
        el("td", {}, title),
        el("td", {}, stranger ? `${id}, other company` : id),
      ),
    );
  const rows = Object.entries(roles).map(([role, holders]) =>
    el("li", {}, el("strong", {}, role), `: ${holders.map(nameOf).join(", ") || "nobody"}`),
  );
  const members = groups.map(({ id, handle, members: ids }) =>
    el("li", {}, el("strong", {}, `@${handle}`), ` (${id}): ${ids.map(nameOf).join(", ")}`),
  );
  return el(
    "details",
    { class: "people" },
    el("summary", {}, "People and roles"),
    el("div", { class: "people-body" }, el("table", {}, ...people), el("ul", {}, ...members), el("ul", {}, ...rows)),
  );
}

function drawConnection({ apps }: World): HTMLElement[] {
  return apps.map(({ name, connections }) => {
    const connected = connections > 0;
    return el(
      "span",
      { class: connected ? "connection on" : "connection", "data-app": name, "data-connections": connections },
      `${connected ? "●" : "○"} ${name} ${connected ? "connected" : "not connected"}`,
    );
  });
}

function pickPeople(directory: Directory, wanted: string | null): string[] {
  const people = directory.world.users.filter(({ bot, deactivated }) => !bot && !deactivated);
  const named = (wanted ?? "").split(",").map((name) => directory.person(name)?.id);
  const found = named.filter((id) => id !== undefined);
  return found.length > 0 ? found : people.slice(0, defaultPeople).map(({ id }) => id);
}

async function start(): Promise<void> {
  const directory = new Directory(await calls.world());
  const search = new URLSearchParams(location.search);
  const wantedChannel = search.get("channel");
  const channel =
    directory.world.channels.find(({ id, name }) => id === wantedChannel || name === wantedChannel)?.id ??
    directory.world.channels[0]?.id ??
    "";
  const place = el("main", { class: "panes" });
  const panes = pickPeople(directory, search.get("people")).map((user) => new Pane(directory, user, channel));
  const connection = el("span", { role: "status" }, ...drawConnection(directory.world));
  const add = button("Add a person", { class: "action" }, () => {
    const shown = new Set(panes.map(({ element }) => element.dataset["userId"]));
    const next = directory.world.users.find(({ id, bot }) => !bot && !shown.has(id)) ?? directory.world.users[0];
    const pane = new Pane(directory, next?.id ?? "", channel);
    panes.push(pane);
    place.append(pane.element);
  });
  const remove = button("Remove the last", { class: "action" }, () => {
    if (panes.length > 1) panes.pop()?.element.remove();
  });
  const bar = el(
    "header",
    { class: "top" },
    el("h1", {}, `Local Slack · ${directory.world.team.name}`),
    connection,
    drawPeople(directory),
    el("span", { class: "top-tools" }, add, remove),
  );
  place.append(...panes.map(({ element }) => element));
  document.body.replaceChildren(bar, place);

  const refreshWorld = async () => {
    directory.world = await calls.world();
    connection.replaceChildren(...drawConnection(directory.world));
  };
  const stream = new EventSource("/playground/stream");
  stream.addEventListener("message", ({ data }: MessageEvent<string>) => {
    const notice = JSON.parse(data) as Notice;
    if (notice.kind === "connections") void refreshWorld();
    for (const pane of panes) {
      if (notice.kind === "messages" && pane.concerns(notice.channel)) void pane.refreshMessages();
      if (notice.kind === "view" && notice.user === pane.element.dataset["userId"]) pane.refreshView();
      if (notice.kind === "home" && notice.user === pane.element.dataset["userId"]) void pane.refreshHome(false);
    }
  });
  // The stream may have been away: read everything again.
  stream.addEventListener("open", () => {
    void refreshWorld();
    for (const pane of panes) void pane.refreshMessages();
  });
}

void start();
