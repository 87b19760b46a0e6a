/** Fitting one object in many frames, one after the other: what comes of it is a single undo step. */
import { nearestCornerSigns, resizeAboutCorner } from '../geometry/box';
import type { FittedBox } from '../model/proposals';
import type { Box, Track } from '../model/records';
import type { Vec3 } from '../model/tuples';
import { isEqual } from '../store/equal';
import type { Editor } from './editor';
import { putBoxes } from './put_boxes';

/** More points than this make a frame no surer of the size. */
const MOST_COUNTED = 400;

interface Fit {
  readonly frameIndex: number;
  /** What was asked to be fitted. */
  readonly asked: Box;
  readonly fitted: FittedBox;
}

type BoxAt = (frameIndex: number) => Box | null;

export class GridFitting {
  private readonly editor: Editor;
  private running: AbortController | null = null;

  constructor(editor: Editor) {
    this.editor = editor;
  }

  get isRunning(): boolean {
    return this.running !== null;
  }

  cancel(): void {
    this.running?.abort();
    this.running = null;
    this.report(null);
  }

  /** @param isWhole whether the frames are the object's whole life, so that they decide about its size. */
  async run(track: Track, frames: readonly number[], boxAt: BoxAt, isWhole: boolean): Promise<void> {
    this.cancel();
    const controller = new AbortController();
    this.running = controller;
    const withCloud = frames.filter((frame) => this.editor.scene.frames[frame]?.points_url);
    const outcome = await this.ask(track, withCloud, boxAt, controller.signal);
    if (controller.signal.aborted) {
      return;
    }
    await this.editor.whenIdle();
    // Cancelled while a drag was under way.
    if (this.running !== controller) {
      return;
    }
    this.cancel();
    this.apply(track, outcome.fits, boxAt, isWhole);
    this.tell(outcome, frames.length);
  }

  private async ask(track: Track, frames: readonly number[], boxAt: BoxAt, signal: AbortSignal) {
    const fits: Fit[] = [];
    let refusal: string | null = null;
    for (const [done, frameIndex] of frames.entries()) {
      const asked = boxAt(frameIndex);
      if (signal.aborted || asked === null) {
        continue;
      }
      this.report({ done, count: frames.length });
      const box = { ego_from_object: asked.ego_from_object, size_lwh_m: asked.size_lwh_m };
      const request = { box, category: track.category, what: 'all' } as const;
      try {
        const fitted = await this.editor.proposer.refit(frameIndex, request, signal);
        if (fitted.point_count > 0 && fitted.confidence > 0) {
          fits.push({ frameIndex, asked: box, fitted });
        }
      } catch (error) {
        // The other frames may still be had; what was wrong with this one is told at the end.
        refusal = error instanceof Error ? error.message : String(error);
        if (isOffline(error)) {
          break;
        }
      }
    }
    return { fits, refusal };
  }

  /** Whatever a person changed meanwhile stays as they made it. */
  private apply(asked: Track, fits: readonly Fit[], boxAt: BoxAt, isWhole: boolean): void {
    const { editor } = this;
    const { context, store } = editor;
    const track = store.get('tracks', asked.id);
    const fresh = fits.filter((fit) => {
      const now = boxAt(fit.frameIndex);
      return (
        now !== null &&
        isEqual(fit.asked, { ego_from_object: now.ego_from_object, size_lwh_m: now.size_lwh_m })
      );
    });
    const [first] = fresh;
    if (!track || !first) {
      return;
    }
    const keys = store.keysOfTrack(track.id);
    const boxes = boxesOf(track, keys.length, fresh, isWhole, context.lidar_ego);
    const before = { keys, size_lwh_m: first.asked.size_lwh_m };
    editor.endGesture();
    editor.history.mark('grid.fitStep');
    store.transact((tx) => putBoxes(context, tx, track, boxes, before));
    const confidences = new Map(fresh.map(({ frameIndex, fitted }) => [frameIndex, fitted.confidence]));
    // What a machine made in bulk waits for somebody to agree.
    store.transact((tx) => {
      for (const key of store.keysOfTrack(track.id).filter(({ frame_index }) => boxes.has(frame_index))) {
        const score = confidences.get(key.frame_index) ?? null;
        tx.put('cuboids', { ...key, source: 'propagated', confirmed_by: null, score });
      }
    });
    editor.history.close();
    editor.sync.commit();
  }

  private tell(
    { fits, refusal }: { readonly fits: readonly Fit[]; readonly refusal: string | null },
    count: number,
  ) {
    if (refusal !== null && fits.length === 0) {
      this.editor.notify('grid.fitRefused', { message: refusal });
    } else if (fits.length === 0) {
      this.editor.notify('grid.fitNothing');
    } else {
      this.editor.notify('grid.fitDone', { done: fits.length, of: count });
    }
  }

  private report(fitting: { readonly done: number; readonly count: number } | null): void {
    this.editor.session.setState(({ batchGrid }) => ({ batchGrid: batchGrid && { ...batchGrid, fitting } }));
  }
}

/** One size for a rigid object: what the frames agree on, or the one it has; each box keeps its corner at the points. */
function boxesOf(
  track: Track,
  keyCount: number,
  fits: readonly Fit[],
  isWhole: boolean,
  lidar_ego: Vec3,
): ReadonlyMap<number, Box> {
  const [best] = [...fits].sort((a, b) => weightOf(b) - weightOf(a));
  // A single key that holds everywhere is set by the frame that sees the object best.
  const used = track.is_static && keyCount === 1 && best ? [best] : fits;
  if (!track.is_rigid) {
    return new Map(used.map(({ frameIndex, fitted }) => [frameIndex, fitted.box]));
  }
  const size = isWhole ? commonSize(fits) : fits[0]?.asked.size_lwh_m;
  return new Map(
    used.map(({ frameIndex, fitted: { box } }) => [
      frameIndex,
      size ? resizeAboutCorner(box, size, nearestCornerSigns(box, lidar_ego)) : box,
    ]),
  );
}

const weightOf = ({ fitted }: Fit): number => fitted.confidence * Math.min(fitted.point_count, MOST_COUNTED);

/** The weighted median of each side: frames that see more count more, and no single one can spoil it. */
function commonSize(fits: readonly Fit[]): Vec3 {
  const side = (axis: 0 | 1 | 2): number => {
    const sorted = [...fits].sort((a, b) => a.fitted.box.size_lwh_m[axis] - b.fitted.box.size_lwh_m[axis]);
    const half = sorted.reduce((sum, fit) => sum + weightOf(fit), 0) / 2;
    let seen = 0;
    const middle = sorted.find((fit) => (seen += weightOf(fit)) >= half);
    return (middle ?? sorted[0])?.fitted.box.size_lwh_m[axis] ?? 0;
  };
  return [side(0), side(1), side(2)];
}

const isOffline = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'offline';
