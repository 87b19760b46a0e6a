/** Runs a step before the next repaint, once, however often it is asked for; never on its own. */
export class FrameLoop {
  readonly #step: (seconds: number, isAsked: boolean) => boolean;
  #request: number | null = null;
  #last = 0;
  #isAsked = false;
  #goesOn = false;
  #hasHurried = false;

  /**
   * @param step gets the seconds since the step before, at most a tenth, and whether anybody else than the step before
   * asked for it; true asks for another.
   */
  constructor(step: (seconds: number, isAsked: boolean) => boolean) {
    this.#step = step;
  }

  readonly request = (): void => {
    this.#isAsked = true;
    this.#await();
  };

  /** Step at once; only the first time between two repaints, because more would pile up before they are shown. */
  readonly hurry = (): void => {
    this.request();
    if (!this.#hasHurried) {
      this.#hasHurried = true;
      this.#run(performance.now());
    }
  };

  #await(): void {
    this.#request ??= requestAnimationFrame((now) => {
      this.#request = null;
      this.#hasHurried = false;
      if (this.#isAsked || this.#goesOn) {
        this.#run(now);
      }
    });
  }

  #run(now: number): void {
    // After a rest the time since the last step says nothing about how far to move.
    const seconds = Math.min(0.1, Math.max(0.001, (now - this.#last) / 1000));
    this.#last = now;
    const isAsked = this.#isAsked;
    this.#isAsked = false;
    this.#goesOn = this.#step(seconds, isAsked);
    if (this.#goesOn) {
      this.#await();
    }
  }

  stop(): void {
    if (this.#request !== null) {
      cancelAnimationFrame(this.#request);
      this.#request = null;
    }
  }
}
