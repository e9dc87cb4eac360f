import { listAt, textAt } from "../domain/kubernetes-object.js";
import type { Peer } from "./parse-peer.js";

/** A peer that a container's settings name. */
export interface Endpoint extends Peer {
  /** The variables that say it. */
  from: string;
  value: string;
}

const host = "[a-zA-Z0-9](?:[a-zA-Z0-9._-]{0,250}[a-zA-Z0-9])?";
const url = new RegExp(
  `^[a-z][a-z0-9+.-]{1,20}://(?:[^/@\\s]{0,200}@)?(${host})(?::(\\d{2,5}))?(?:[/?].{0,500})?$`,
  "i",
);
const pair = new RegExp(`^(${host}):(\\d{2,5})$`);
const bare = new RegExp(`^${host}$`);
const hostName = /(?:^|_)(?:HOST|HOSTNAME|SERVER|ADDR|ADDRESS|ENDPOINT)$/;
const portName = /_PORT$/;

/**
 * Hosts and ports that the literal env of a container names: `X_URL`, `X_ADDR=host:port`, `X_HOST` with `X_PORT`.
 * Values that come from elsewhere are not seen. Pure.
 */
export function parseEndpoints(container: unknown): Endpoint[] {
  const settings = listAt(container, "env").flatMap((entry) => {
    const name = textAt(entry, "name");
    const value = textAt(entry, "value")?.slice(0, 1_000);
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  });
  const values = new Map(settings);
  return settings.flatMap(([name, value]): Endpoint[] => {
    const [, at, port] = url.exec(value) ?? pair.exec(value) ?? [];
    if (at !== undefined) return [{ from: name, value, host: at, port: port === undefined ? undefined : Number(port) }];
    if (!hostName.test(name) || !bare.test(value) || /^\d+$/.test(value)) return [];
    const sibling = name.replace(/(?:HOST|HOSTNAME|SERVER|ADDR|ADDRESS|ENDPOINT)$/, "PORT");
    const said = portName.test(sibling) ? values.get(sibling) : undefined;
    const number = said !== undefined && /^\d{2,5}$/.test(said) ? Number(said) : undefined;
    return [{ from: number === undefined ? name : `${name}, ${sibling}`, value, host: value, port: number }];
  });
}
