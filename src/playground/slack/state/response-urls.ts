import { mintSecret } from "./ids.js";

const lifetimeMs = 30 * 60_000;
const maxUses = 5;
const keptUrls = 10_000;

/** Where an answer to a `response_url` goes. `messageTs` is the message whose button was pressed, if it was one. */
export interface ResponseTarget {
  appId: string;
  channel: string;
  user: string;
  messageTs?: string;
}

export type ResponseUse = ResponseTarget | "no_such_url" | "used_url" | "expired_url";

/** Response URLs: five uses within thirty minutes (docs.slack.dev, interactivity/handling-user-interaction). */
export class ResponseUrls {
  readonly #known = new Map<string, ResponseTarget & { at: number; uses: number }>();

  /** The last part of the URL's path. */
  mint(target: ResponseTarget, now = Date.now()): string {
    const token = mintSecret();
    this.#known.set(token, { ...target, at: now, uses: 0 });
    const oldest = this.#known.keys().next();
    if (this.#known.size > keptUrls && oldest.done !== true) this.#known.delete(oldest.value);
    return token;
  }

  use(token: string, now = Date.now()): ResponseUse {
    const url = this.#known.get(token);
    if (url === undefined) return "no_such_url";
    if (now - url.at > lifetimeMs) return "expired_url";
    if (url.uses >= maxUses) return "used_url";
    url.uses += 1;
    return url;
  }
}
