/** Copies of cuboids, alone or as a group, and what pasting them makes. */
import { centerOf, moveInEgo, moveInObject, nearestCornerSigns, resizeAboutCorner } from '../geometry/box';
import { carryBox } from '../geometry/interpolate';
import { add, distance, scale, subtract } from '../geometry/vec3';
import { newTrackId, type TrackId } from '../model/ids';
import type { Box, Track } from '../model/records';
import type { Vec3 } from '../model/tuples';
import type { Transaction } from '../store/label_store';
import type { Editor } from './editor';
import { addTrack, putBox } from './verbs';

/** A copy nearer to its original than this is put beside it, or nobody would see that there are two. */
const SAME_PLACE_M = 0.1;
const BESIDE_M = 0.3;

interface Copied {
  readonly track: Track;
  readonly frameIndex: number;
  readonly box: Box;
}

export class Clipboard {
  private readonly editor: Editor;
  private copied: readonly Copied[] = [];

  constructor(editor: Editor) {
    this.editor = editor;
  }

  get isEmpty(): boolean {
    return this.copied.length === 0;
  }

  /** Keep what is selected in the current frame. */
  copy(): void {
    const { cuboids } = this.editor.group;
    if (cuboids.length > 0) {
      this.copied = cuboids.map(({ track, cuboid }) => ({
        track,
        frameIndex: cuboid.frame_index,
        box: { ego_from_object: cuboid.ego_from_object, size_lwh_m: cuboid.size_lwh_m },
      }));
      this.editor.notify('fitting.copied', { count: cuboids.length });
    }
  }

  /**
   * The copies where they stand in `world`, in the current frame: a track that has no cuboid here goes on, of any other
   * a new one is made.
   */
  paste(): void {
    this.perform((tx, copied) => {
      const box = this.carried(copied);
      const track = this.editor.store.get('tracks', copied.track.id);
      const here = track && this.editor.store.resolveTrack(track.id, this.editor.frameIndex);
      if (track && !here) {
        return this.goOn(tx, track, box);
      }
      const isSame = here !== undefined && distance(centerOf(here.cuboid), centerOf(box)) < SAME_PLACE_M;
      return this.addNew(tx, copied, isSame ? beside(box) : box);
    });
  }

  /** New tracks on the ground under the pointer, as they stand to each other. */
  pasteAsNew(): void {
    const boxes = this.copied.map((copied) => this.carried(copied));
    const ground = this.editor.cloud.groundUnderPointer();
    const shift = ground === null ? null : subtract(ground, standOf(boxes));
    this.perform((tx, copied) => {
      const box = this.carried(copied);
      return this.addNew(tx, copied, shift === null ? beside(box) : moveInEgo(box, shift));
    });
  }

  /** One step for all copies; what came of them gets selected. */
  private perform(pasteOne: (tx: Transaction, copied: Copied) => TrackId): void {
    if (this.isEmpty) {
      this.editor.notify('fitting.nothingCopied');
      return;
    }
    const pasted: TrackId[] = [];
    this.editor.perform('fitting.paste', (tx) => {
      this.copied.forEach((copied) => pasted.push(pasteOne(tx, copied)));
    });
    this.editor.group.set(pasted);
  }

  private goOn(tx: Transaction, track: Track, box: Box): TrackId {
    const { store, context, frameIndex } = this.editor;
    const keys = store.keysOfTrack(track.id);
    if (track.is_static && keys.length === 1) {
      const first_frame = Math.min(track.first_frame, frameIndex);
      tx.put('tracks', { ...track, first_frame, last_frame: Math.max(track.last_frame, frameIndex) });
      return track.id;
    }
    // A rigid track has one size, whatever it was when it was copied.
    const size_lwh_m = (track.is_rigid ? keys[0]?.size_lwh_m : undefined) ?? box.size_lwh_m;
    const sized = resizeAboutCorner(box, size_lwh_m, nearestCornerSigns(box, context.lidar_ego));
    putBox(context, tx, track, frameIndex, sized, { keys, size_lwh_m });
    return track.id;
  }

  private addNew(tx: Transaction, { track }: Copied, box: Box): TrackId {
    const { editor } = this;
    const trackId = newTrackId();
    addTrack(editor.context, tx, trackId, editor.category(track.category), editor.frameIndex, box);
    return trackId;
  }

  private carried({ track, frameIndex, box }: Copied): Box {
    return carryBox(this.editor.store.timeline, track, box, frameIndex, this.editor.frameIndex);
  }
}

/** To the box's left. */
const beside = (box: Box): Box => moveInObject(box, [0, box.size_lwh_m[1] + BESIDE_M, 0]);

/** The middle of where boxes stand: of their centres, at the lowest bottom. */
function standOf(boxes: readonly Box[]): Vec3 {
  const [x, y] = scale(
    boxes.reduce<Vec3>((sum, box) => add(sum, centerOf(box)), [0, 0, 0]),
    1 / boxes.length,
  );
  return [x, y, Math.min(...boxes.map((box) => centerOf(box)[2] - box.size_lwh_m[2] / 2))];
}
