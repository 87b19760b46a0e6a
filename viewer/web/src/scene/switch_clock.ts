/** How long a change of frame takes, from asking to its being drawn; pure but for the clock it is given. */
export class SwitchClock {
  readonly #now: () => number;
  #running: { readonly frameIndex: number; readonly since: number } | null = null;
  #readyAt: number | null = null;
  #lastMs: number | null = null;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Whether nothing is on its way. */
  get isIdle(): boolean {
    return this.#running === null;
  }

  get times(): { readonly frameReadyAt: number | null; readonly lastSwitchMs: number | null } {
    return { frameReadyAt: this.#readyAt, lastSwitchMs: this.#lastMs };
  }

  /** A frame is asked for; asking again for the same one does not start anew. */
  start(frameIndex: number): void {
    if (this.#running?.frameIndex !== frameIndex) {
      this.#running = { frameIndex, since: this.#now() };
      this.#readyAt = null;
    }
  }

  /** A frame has been drawn; true when it is the one that was asked for. */
  stop(frameIndex: number): boolean {
    if (this.#running?.frameIndex !== frameIndex) {
      return false;
    }
    this.#readyAt = this.#now();
    this.#lastMs = this.#readyAt - this.#running.since;
    this.#running = null;
    return true;
  }
}
