/** What the list of proposed tracks needs of whoever draws their pictures; pages hand one in. */

export type StripState = 'loading' | 'ready' | 'empty' | 'failed';

export interface TrackPictures {
  /** Rises whenever a state changes. */
  readonly version: number;
  /** Whether every strip in sight has its points, or cannot have any, and is drawn. */
  readonly isComplete: boolean;
  /** Draw a track in some frames into a canvas, from now on. */
  attach(trackId: string, frames: readonly number[], canvas: HTMLCanvasElement): () => void;
  /** Tracks in sight, in the order in which their points are fetched. */
  setOrder(trackIds: readonly string[]): void;
  setCellSize(cell: { readonly width: number; readonly height: number }): void;
  stateOf(trackId: string, frameIndex: number): StripState;
  subscribe(listener: () => void): () => void;
  /** Follow the labels until the returned function is called, which also forgets all points. */
  start(): () => void;
}
