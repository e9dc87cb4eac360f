/** What was started, to be stopped in the opposite order. */
export class Cleanup {
  readonly #steps: { what: string; undo: () => Promise<unknown> | undefined }[] = [];
  #running: Promise<void> | undefined;

  constructor(private readonly onError: (what: string, error: unknown) => void) {}

  /** Throws where everything is being undone already: what was just started is undone as well, and nothing more is to start. */
  add(what: string, undo: () => Promise<unknown> | undefined): void {
    this.#steps.push({ what, undo });
    if (!this.#running) return;
    this.#running = this.#running.then(() => this.#undo());
    throw new Error("stopped while it was starting");
  }

  /** Undoes everything; a step that fails stops none of the others. */
  run(): Promise<void> {
    this.#running ??= this.#undo();
    return this.#running;
  }

  async #undo(): Promise<void> {
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      try {
        await step.undo();
      } catch (error) {
        this.onError(step.what, error);
      }
    }
  }
}
