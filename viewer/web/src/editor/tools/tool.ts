/** What a tool of the perspective view gets and does; free of DOM and three. */
import type { TrackId } from '../../model/ids';
import type { Vec2, Vec3 } from '../../model/tuples';

export interface Modifiers {
  readonly shift: boolean;
  readonly ctrl: boolean;
  readonly alt: boolean;
}

export interface PointerInput {
  /** The point of the ground under the pointer, in `ego`; null over the sky. */
  readonly ground: Vec3 | null;
  /** The point of the cloud under the pointer; null where none is near. */
  readonly point: Vec3 | null;
  /** The cuboid under the pointer. */
  readonly trackId: TrackId | null;
  /** Where the pointer is, CSS pixels from the view's upper left corner. */
  readonly place: Vec2;
  /** The cuboids with their centre in the rectangle from there to the pointer. */
  trackIdsFrom(start: Vec2): readonly TrackId[];
  readonly modifiers: Modifiers;
  /** Heading of "up on the screen" along the ground, in `ego`. */
  readonly viewYawRad: number;
  /** Farthest way from the press so far, in CSS pixels. */
  readonly movedPx: number;
}

/** A state machine; what it does goes through the editor's verbs. */
export interface Tool {
  readonly id: string;
  /** Where the rectangle starts that is being drawn on the screen; null while there is none. */
  readonly band: Vec2 | null;
  /** Whether the tool takes the drag, so that the camera must stay still. */
  onPointerDown(input: PointerInput): boolean;
  onPointerMove(input: PointerInput): void;
  onPointerUp(input: PointerInput): void;
  onDoubleClick(input: PointerInput): void;
  onCancel(): void;
}

/** Less than this is a click. */
export const CLICK_PX = 4;
