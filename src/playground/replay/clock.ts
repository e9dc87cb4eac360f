interface Timer {
  due: number;
  order: number;
  run: () => void;
}

/**
 * The time of one replay cluster. Before it goes live, time moves only by `advanceTo`, through every timer that falls
 * due on the way, so that the same controllers make the past that make the present; then it is the real time.
 */
export class Clock {
  #timers: Timer[] = [];
  #order = 0;
  #virtual: number | undefined;
  #alarm: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(start: Date) {
    this.#virtual = start.getTime();
  }

  get live(): boolean {
    return this.#virtual === undefined;
  }

  now(): Date {
    return new Date(this.#virtual ?? Date.now());
  }

  /** Now, as `metav1.Time` is written: whole seconds. */
  stamp(): string {
    return `${this.now().toISOString().slice(0, -5)}Z`;
  }

  /** Runs something once, later; the answer takes it back. */
  after(milliseconds: number, run: () => void): () => void {
    const timer = { due: this.now().getTime() + milliseconds, order: ++this.#order, run };
    this.#timers.push(timer);
    if (this.live) this.#setAlarm();
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Moves virtual time on, through everything that falls due until then. */
  advanceTo(time: Date): void {
    this.#runUntil(time.getTime(), (due) => {
      this.#virtual = due;
    });
    this.#virtual = time.getTime();
  }

  /** From here on time is real. */
  goLive(): void {
    this.#virtual = undefined;
    this.#setAlarm();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#alarm);
    this.#timers = [];
  }

  #runUntil(limit: number, before: (due: number) => void): void {
    for (;;) {
      const next = this.#next();
      if (!next || next.due > limit || this.#stopped) return;
      this.#timers = this.#timers.filter((other) => other !== next);
      before(next.due);
      next.run();
    }
  }

  #next(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (!first || timer.due < first.due || (timer.due === first.due && timer.order < first.order)) first = timer;
    }
    return first;
  }

  #setAlarm(): void {
    clearTimeout(this.#alarm);
    const next = this.#next();
    if (!next || this.#stopped) return;
    this.#alarm = setTimeout(
      () => {
        this.#runUntil(Date.now(), () => undefined);
        this.#setAlarm();
      },
      Math.min(Math.max(next.due - Date.now(), 0), 2_000_000_000),
    );
  }
}
