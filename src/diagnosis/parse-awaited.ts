import { listAt } from "../domain/kubernetes-object.js";
import type { Peer } from "./parse-peer.js";

const host = "([a-zA-Z0-9](?:[a-zA-Z0-9._-]{0,250}[a-zA-Z0-9])?)";
/** What the usual ways of waiting in a shell name: host, and port where they say one. */
const waits: readonly RegExp[] = [
  new RegExp(`\\bnc(?: -\\w{1,4}(?: \\d{1,4})?){0,4} ${host}[ :](\\d{2,5})`),
  new RegExp(`/dev/tcp/${host}/(\\d{2,5})`),
  new RegExp(`\\bnslookup (?:-\\S{1,30} ){0,3}${host}`),
  new RegExp(`\\bgetent (?:hosts|ahosts) ${host}`),
  new RegExp(`\\bpg_isready\\b.{0,80}-h ${host}`),
  new RegExp(`\\b(?:mysqladmin|mysql|redis-cli|mongosh|mongo|psql)\\b.{0,80}(?:-h|--host)[ =]${host}`),
  new RegExp(`\\b(?:wait-for-it|wait-for|wait_for)(?:\\.sh)? ${host}:(\\d{2,5})`),
  new RegExp(`\\bdockerize\\b.{0,80}-wait (?:tcp|https?)://${host}(?::(\\d{2,5}))?`),
  new RegExp(`\\b(?:curl|wget)\\b.{0,120}https?://${host}(?::(\\d{2,5}))?`),
];

/** The peer that a container's command waits for; null where it names none in a way that is known. */
export function parseAwaited(container: unknown): Peer | null {
  const text = [...listAt(container, "command"), ...listAt(container, "args")].map(String).join(" ").slice(0, 4_000);
  for (const test of waits) {
    const [, name, port] = test.exec(text) ?? [];
    if (name !== undefined) return { host: name, port: port === undefined ? undefined : Number(port) };
  }
  return null;
}
