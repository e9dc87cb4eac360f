import type { Tokens, User } from "../access/tokens.js";
import type { Clock } from "../clock.js";
import type { Store } from "../store.js";

/** One authenticated request. */
export interface Call {
  method: string;
  query: Readonly<Record<string, string | undefined>>;
  contentType: string;
  body: unknown;
  user: User;
}

export interface Answer {
  status: number;
  body: object | string;
}

/** What the API works on. */
export interface Cluster {
  store: Store;
  clock: Clock;
  tokens: Tokens;
  /** The log of a container: the lines, or why there are none. */
  logs(
    pod: { namespace: string; name: string },
    container: string | undefined,
    previous: boolean,
  ): { lines: readonly string[] } | { refusal: string };
}
