/** What the grid needs of whoever draws the pictures in its cells; pages hand one in. */

/** What is known of the points of a frame. */
export interface CellState {
  readonly state: 'loading' | 'ready' | 'empty' | 'failed';
  /** Inside the box; null while they are not known. */
  readonly pointCount: number | null;
  readonly message: string | null;
}

export interface CellPictures {
  readonly zoom: number;
  /** Rises whenever a state changes. */
  readonly version: number;
  /** Whether every cell in sight has its points, or cannot have any, and is drawn. */
  readonly isComplete: boolean;
  /** Draw a frame's pictures into a canvas, from now on. */
  attach(frameIndex: number, canvas: HTMLCanvasElement): () => void;
  /** Cells in sight, in the order in which their points are fetched. */
  setOrder(frames: readonly number[]): void;
  setCellSize(size: { readonly width: number; readonly height: number }): void;
  setZoom(zoom: number): void;
  stateOf(frameIndex: number): CellState;
  subscribe(listener: () => void): () => void;
  /** Follow the editor until the returned function is called, which also forgets all points. */
  start(): () => void;
}
