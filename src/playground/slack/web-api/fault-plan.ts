/** How the next calls of one method fail. `method` is a Web API method, `response_url`, or `*` for any. */
export interface Fault {
  method: string;
  times: number;
  status?: number | undefined;
  retryAfter?: number | undefined;
  /** The call is processed, then the connection is cut without an answer. */
  drop?: boolean | undefined;
  delayMs?: number | undefined;
}

/** Faults in the order in which they were asked for; each is used up call by call. */
export class FaultPlan {
  #faults: Fault[] = [];

  add(fault: Fault): void {
    this.#faults.push({ ...fault });
  }

  /** The fault that this call suffers, if any. */
  take(method: string): Fault | undefined {
    const fault = this.#faults.find((planned) => planned.method === method || planned.method === "*");
    if (fault === undefined) return undefined;
    fault.times -= 1;
    this.#faults = this.#faults.filter(({ times }) => times > 0);
    return fault;
  }
}
