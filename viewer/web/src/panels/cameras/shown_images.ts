/** Which frame the points and each picture on screen belong to; what may wait, waits for all of them. */
export class ShownImages {
  private readonly frames = new Map<string, number>();
  private readonly waiting = new Map<() => void, number>();
  private pointsFrame = -1;

  /** The image of that frame is on screen, or known to be missing; -1 while one is on its way. */
  set(place: string, frameIndex: number): void {
    this.frames.set(place, frameIndex);
    this.callWaiting();
  }

  drop(place: string): void {
    this.frames.delete(place);
    this.callWaiting();
  }

  /** The points of that frame are on screen, or known to be missing. */
  setPoints(frameIndex: number): void {
    this.pointsFrame = frameIndex;
    this.callWaiting();
  }

  /** Whether all pictures show this frame. */
  isShowing(frameIndex: number): boolean {
    return [...this.frames.values()].every((frame) => frame === frameIndex);
  }

  /**
   * Call back, once, when points and pictures show this frame: at once where they do.
   * @returns gives up waiting.
   */
  whenShown(frameIndex: number, callback: () => void): () => void {
    this.waiting.set(callback, frameIndex);
    this.callWaiting();
    return () => this.waiting.delete(callback);
  }

  private callWaiting(): void {
    for (const [callback, frameIndex] of [...this.waiting]) {
      if (frameIndex === this.pointsFrame && this.isShowing(frameIndex)) {
        this.waiting.delete(callback);
        callback();
      }
    }
  }
}
