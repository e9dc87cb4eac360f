import type { JsonObject } from "../state/ids.js";

/** One call that an app made. `arguments` holds no token; `answer` is null when the connection was cut. */
export interface Call {
  method: string;
  arguments: JsonObject;
  app: string | null;
  time: string;
  ms: number;
  status: number;
  answer: JsonObject | null;
}

const kept = 5_000;

/** The last 5,000 calls, oldest first. */
export class CallLog {
  readonly #calls: Call[] = [];

  add(call: Call): void {
    this.#calls.push(call);
    if (this.#calls.length > kept) this.#calls.shift();
  }

  list(method?: string): Call[] {
    return this.#calls.filter((call) => method === undefined || call.method === method);
  }
}
