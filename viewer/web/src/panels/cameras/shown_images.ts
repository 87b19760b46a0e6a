/** Which frame each picture on screen belongs to: tests and benchmarks wait for all of them. */
export class ShownImages {
  private readonly frames = new Map<string, number>();

  /** The image of that frame is on screen, or known to be missing; -1 while one is on its way. */
  set(place: string, frameIndex: number): void {
    this.frames.set(place, frameIndex);
  }

  drop(place: string): void {
    this.frames.delete(place);
  }

  /** Whether all pictures show this frame. */
  isShowing(frameIndex: number): boolean {
    return [...this.frames.values()].every((frame) => frame === frameIndex);
  }
}
