/** Runs a step before the next repaint, once, however often it is asked for; never on its own. */
export class FrameLoop {
  readonly #step: (seconds: number) => boolean;
  #request: number | null = null;
  #last = 0;

  /** @param step gets the seconds since the step before, at most a tenth; true asks for another. */
  constructor(step: (seconds: number) => boolean) {
    this.#step = step;
  }

  readonly request = (): void => {
    this.#request ??= requestAnimationFrame((now) => this.#run(now));
  };

  #run(now: number): void {
    this.#request = null;
    // After a rest the time since the last step says nothing about how far to move.
    const seconds = Math.min(0.1, Math.max(0.001, (now - this.#last) / 1000));
    this.#last = now;
    if (this.#step(seconds)) {
      this.request();
    }
  }

  stop(): void {
    if (this.#request !== null) {
      cancelAnimationFrame(this.#request);
      this.#request = null;
    }
  }
}
