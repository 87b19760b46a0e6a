/** The facade of the editor: every verb a person has, whether by mouse, key or panel. */
import {
  dragFace,
  type Face,
  moveInObject,
  nearestCornerSigns,
  resizeAboutCorner,
  rotateYaw,
} from '../geometry/box';
import type { ResolvedCuboid } from '../geometry/interpolate';
import { frameStateId, newTrackId, type TrackId } from '../model/ids';
import { categoryOf } from '../model/names';
import type { AttributeValue, Box, FrameStateName, Track } from '../model/records';
import type { Category, SceneDetail } from '../model/scene';
import type { Vec3 } from '../model/tuples';
import { History, type UndoResult } from '../store/history';
import { type Journal, openJournal } from '../store/journal';
import { LabelStore, type Transaction } from '../store/label_store';
import { Listeners } from '../store/listeners';
import { createSession, type SessionStore, type ToolName } from '../store/session';
import { Sync } from '../store/sync';
import type { Transport } from '../store/transport';
import { Gestures } from './gesture';
import { predictBox } from './motion';
import { Playback } from './playback';
import { inOrder, neighbour, nextUnconfirmed } from './selection';
import { boxOnGround } from './tools/ground_box';
import { claimAnswer } from './given_answers';
import {
  addTrack,
  ensureKey,
  putBox,
  putCategory,
  removeFromFrame,
  removeTrack,
  type VerbContext,
  withAttribute,
} from './verbs';

/** Where a box goes that nobody pointed for, and how high lidars stand above the ground, as far as one may guess. */
const AHEAD_M = 12;
const LIDAR_HEIGHT_M = 1.73;

/** What only the 3D views can do. */
export type ViewCommand = 'zoom-to-object' | 'view-top' | 'view-behind' | 'view-side' | 'view-free';

/** A step along the box's own axes (forward, left, up) and about its upright axis. */
export interface NudgeStep {
  readonly dx?: number;
  readonly dy?: number;
  readonly dz?: number;
  readonly dyaw?: number;
}

/** `hold` keeps the undo step open for more of the same, until `endGesture` or a pause. */
export interface HoldOption {
  readonly hold?: boolean;
}

export interface EditorOptions {
  readonly scene: SceneDetail;
  readonly transport: Transport;
  readonly journal: Journal;
  readonly author?: string;
  /** How long saving waits before another attempt. */
  readonly delayMs?: (attempt: number) => number;
}

/** An editor whose journal is in the browser; call `start()` before use. */
export async function createEditor(
  options: Omit<EditorOptions, 'journal'> & { readonly journal?: Journal },
): Promise<Editor> {
  return new Editor({ ...options, journal: options.journal ?? (await openJournal()) });
}

export class Editor {
  readonly scene: SceneDetail;
  readonly store: LabelStore;
  readonly history: History;
  readonly session: SessionStore;
  readonly sync: Sync;
  readonly onCommand: (listener: (command: ViewCommand) => void) => () => void;
  /** Whether the frame shown now is drawn, so that playing may go on; set by the page. */
  canAdvance: () => boolean = () => true;

  readonly context: VerbContext;
  private readonly playback: Playback;
  private readonly gestures: Gestures;
  private readonly commands = new Listeners<[ViewCommand]>();
  private noticeCount = 0;

  constructor({ scene, transport, journal, author = 'human:local', delayMs }: EditorOptions) {
    this.scene = scene;
    this.store = new LabelStore(scene);
    this.history = new History(this.store);
    this.session = createSession(scene);
    const saving = { sceneId: scene.id, author, journal };
    this.sync = new Sync(this.store, transport, delayMs ? { ...saving, delayMs } : saving);
    const lidar_ego: Vec3 = scene.lidars[0]?.ego_from_sensor.translation_m ?? [0, 0, 0];
    this.context = { store: this.store, author, lidar_ego };
    this.gestures = new Gestures(this.context, this.history, this.sync.commit);
    this.onCommand = this.commands.add;
    this.playback = new Playback(this.session, {
      timesNs: this.store.timeline.times_ns,
      canAdvance: () => this.canAdvance(),
      goToFrame: (frameIndex) => this.goToFrame(frameIndex),
    });
  }

  /** Fetch the labels and replay what an earlier page could not save. */
  async start(): Promise<void> {
    await this.sync.start();
  }

  dispose(): void {
    this.endGesture();
    this.playback.stop();
    this.sync.dispose();
  }

  get frameIndex(): number {
    return this.session.getState().frameIndex;
  }

  /** The selected object in the current frame, or null. */
  get selected(): ResolvedCuboid | null {
    const { selectedTrackId, frameIndex } = this.session.getState();
    return selectedTrackId === null ? null : (this.store.resolveTrack(selectedTrackId, frameIndex) ?? null);
  }

  get isGesturing(): boolean {
    return this.gestures.isOpen;
  }

  category(name: string): Category {
    return categoryOf(this.scene.taxonomy, name);
  }

  // Boxes

  /** A new track with one key in the current frame; it gets selected. */
  addCuboid(box: Box, category: string = this.session.getState().activeCategory): TrackId {
    const trackId = newTrackId();
    this.perform('history.create', (tx) =>
      addTrack(this.context, tx, trackId, this.category(category), this.frameIndex, box),
    );
    this.select(trackId);
    return trackId;
  }

  /** What a click would place under the pointer; where that is nowhere, a box ahead of the vehicle. */
  placeNew(): TrackId {
    const { draft, activeCategory } = this.session.getState();
    const { size_prior_lwh_m } = this.category(activeCategory);
    const [x, y, z] = this.context.lidar_ego;
    const ahead: Vec3 = [x + AHEAD_M, y, z - LIDAR_HEIGHT_M];
    const trackId = this.addCuboid(draft ?? boxOnGround(ahead, size_prior_lwh_m, 0));
    this.setTool('select');
    return trackId;
  }

  /** Put the track's box in the current frame, as its key there. */
  setBox(trackId: TrackId, box: Box, label = 'history.edit'): void {
    this.onTrack(label, trackId, (tx, track) => putBox(this.context, tx, track, this.frameIndex, box));
  }

  /** The selected object's size, held at the corner nearest to the lidar. */
  setSize(size_lwh_m: Vec3): void {
    this.edit('history.resize', (box) =>
      resizeAboutCorner(box, size_lwh_m, nearestCornerSigns(box, this.context.lidar_ego)),
    );
  }

  nudge({ dx = 0, dy = 0, dz = 0, dyaw = 0 }: NudgeStep, hold: HoldOption = {}): void {
    this.edit('history.move', (box) => rotateYaw(moveInObject(box, [dx, dy, dz]), dyaw), hold);
  }

  resizeFace(face: Face, deltaM: number, hold: HoldOption = {}): void {
    this.edit('history.resize', (box) => dragFace(box, face, deltaM), hold);
  }

  rotate90(turns = 1): void {
    this.edit('history.rotate', (box) => rotateYaw(box, (turns * Math.PI) / 2));
  }

  /** Front becomes back in the current frame. */
  flipHeading(): void {
    this.edit('history.flip', (box) => rotateYaw(box, Math.PI));
  }

  /** Front becomes back in all of the track's keys. */
  flipTrack(trackId = this.selectedTrackId): void {
    this.onTrack('history.flip', trackId, (tx, track) => {
      for (const key of this.store.keysOfTrack(track.id)) {
        tx.put('cuboids', { ...key, ego_from_object: rotateYaw(key, Math.PI).ego_from_object });
      }
    });
  }

  // Gestures

  /** A drag starts; returns the box that its steps are computed from, or null where the frame has none. */
  beginGesture(label: string, trackId = this.selectedTrackId): Box | null {
    return this.gestures.begin(label, trackId, this.frameIndex);
  }

  /** The box as the drag has it now, computed from the snapshot. */
  updateGesture(box: Box): void {
    this.gestures.update(box);
  }

  /** The drag is done: one undo step, one request. */
  endGesture(): void {
    this.gestures.end();
  }

  /** The held key is up. */
  endHold(): void {
    this.gestures.endHold();
  }

  /** As if the drag had never been. */
  cancelGesture(): void {
    this.gestures.cancel();
  }

  // Keys and tracks

  /** Take the object out of the current frame. */
  deleteCuboid(trackId = this.selectedTrackId): void {
    this.onTrack('history.delete', trackId, (tx, track) => {
      if (this.store.resolveTrack(track.id, this.frameIndex)) {
        removeFromFrame(this.context, tx, track, this.frameIndex);
      }
    });
    this.dropSelectionOfNothing();
  }

  deleteTrack(trackId = this.selectedTrackId): void {
    this.onTrack('history.delete_track', trackId, (tx, track) => removeTrack(this.store, tx, track.id));
    this.dropSelectionOfNothing();
  }

  /** Make a key in the current frame: of what is derived there; elsewhere, of where the nearest key leads to. */
  addKey(trackId = this.selectedTrackId): void {
    const { frameIndex } = this;
    this.onTrack('history.add_key', trackId, (tx, track) => {
      const nearest = this.nearestKey(track.id);
      if (this.store.resolveTrack(track.id, frameIndex)) {
        ensureKey(this.context, tx, track.id, frameIndex);
      } else if (nearest) {
        putBox(this.context, tx, track, frameIndex, predictBox(this.store, nearest, frameIndex));
      }
    });
  }

  /** Let the current frame's cuboid be derived again; the last key of a track stays. */
  removeKey(trackId = this.selectedTrackId): void {
    this.onTrack('history.remove_key', trackId, (tx, track) => {
      const keys = this.store.keysOfTrack(track.id);
      const key = keys.find((each) => each.frame_index === this.frameIndex);
      if (key && keys.length > 1) {
        tx.remove('cuboids', key.id);
      }
    });
  }

  toggleKey(trackId = this.selectedTrackId): void {
    const isKey = trackId !== null && this.store.resolveTrack(trackId, this.frameIndex)?.is_key;
    if (isKey) {
      this.removeKey(trackId);
    } else {
      this.addKey(trackId);
    }
  }

  setCategory(trackId: TrackId, category: string): void {
    const to = this.category(category);
    this.onTrack('history.category', trackId, (tx, track) => putCategory(this.store, tx, track, to));
  }

  /** The number people know the object by; false where another track has it. */
  setTrackNumber(trackId: TrackId, external_id: string | null): boolean {
    const name = external_id?.trim() ?? '';
    const isTaken = this.store
      .all('tracks')
      .some((track) => track.external_id === name && track.id !== trackId);
    if (isTaken) {
      this.notify('notice.number_taken', { number: name });
      return false;
    }
    this.onTrack('history.number', trackId, (tx, track) =>
      tx.put('tracks', { ...track, external_id: name === '' ? null : name }),
    );
    return true;
  }

  /** Answer a question of the taxonomy, for the track or for the current frame's cuboid; null takes the answer back. */
  setAttribute(trackId: TrackId, name: string, value: AttributeValue | null): void {
    const attribute = this.scene.taxonomy.attributes.find((each) => each.name === name);
    this.onTrack('history.attribute', trackId, (tx, track) => {
      if (attribute?.scope === 'track') {
        tx.put('tracks', { ...track, attributes: withAttribute(track.attributes, name, value) });
      } else {
        const old = this.store.resolveTrack(trackId, this.frameIndex)?.cuboid.attributes ?? {};
        ensureKey(this.context, tx, trackId, this.frameIndex, {
          attributes: withAttribute(old, name, value),
        });
        claimAnswer(this.store, tx, trackId, this.frameIndex, name);
      }
    });
  }

  /** Whether the object stands still in `world`, so that one key serves its whole life. */
  setStatic(trackId: TrackId, is_static: boolean): void {
    this.onTrack('history.static', trackId, (tx, track) => tx.put('tracks', { ...track, is_static }));
  }

  /** From when to when the object is there; its keys stay inside. */
  setLife(trackId: TrackId, firstFrame: number, lastFrame: number): void {
    const keyFrames = this.store.keysOfTrack(trackId).map((key) => key.frame_index);
    const first_frame = Math.max(0, Math.min(firstFrame, lastFrame, ...keyFrames));
    const last_frame = Math.min(this.scene.frames.length - 1, Math.max(firstFrame, lastFrame, ...keyFrames));
    this.onTrack('history.life', trackId, (tx, track) =>
      tx.put('tracks', { ...track, first_frame, last_frame }),
    );
  }

  /** Agree with the cuboid as it is, and go to the next one of the frame that nobody has agreed with. */
  confirm(trackId = this.selectedTrackId): void {
    const { author } = this.context;
    this.onTrack('history.confirm', trackId, (tx, { id }) =>
      ensureKey(this.context, tx, id, this.frameIndex, { confirmed_by: author }),
    );
    const next = nextUnconfirmed(this.frameInOrder(), trackId);
    if (next) {
      this.select(next.track.id);
    }
  }

  /** Make a key in another frame where the object should be by then, and go there. */
  copyToFrame(trackId = this.selectedTrackId, frameIndex = this.frameIndex + 1): void {
    const resolved = trackId === null ? undefined : this.store.resolveTrack(trackId, this.frameIndex);
    if (!resolved || frameIndex < 0 || frameIndex >= this.scene.frames.length) {
      return;
    }
    const box = predictBox(this.store, resolved, frameIndex);
    const before = { keys: this.store.keysOfTrack(resolved.track.id), size_lwh_m: box.size_lwh_m };
    this.perform('history.copy', (tx) => putBox(this.context, tx, resolved.track, frameIndex, box, before));
    this.goToFrame(frameIndex);
  }

  // Frames

  setFrameState(state: FrameStateName | null, frameIndex = this.frameIndex): void {
    const id = frameStateId(frameIndex);
    this.perform('history.frame_state', (tx) => {
      if (state === null) {
        tx.remove('frame_states', id);
      } else {
        tx.put('frame_states', { id, frame_index: frameIndex, state });
      }
    });
  }

  goToFrame(frameIndex: number): void {
    this.endGesture();
    const last = this.scene.frames.length - 1;
    this.session.setState({ frameIndex: Math.max(0, Math.min(last, Math.round(frameIndex))), draft: null });
  }

  nextFrame(): void {
    this.goToFrame(this.frameIndex + 1);
  }

  previousFrame(): void {
    this.goToFrame(this.frameIndex - 1);
  }

  /** To the selected track's next key. */
  nextKey(): void {
    const key = this.selectedKeys().find(({ frame_index }) => frame_index > this.frameIndex);
    this.goToFrame(key?.frame_index ?? this.frameIndex);
  }

  previousKey(): void {
    const key = this.selectedKeys().findLast(({ frame_index }) => frame_index < this.frameIndex);
    this.goToFrame(key?.frame_index ?? this.frameIndex);
  }

  togglePlay(): void {
    this.playback.toggle();
  }

  // Selection and tools

  get selectedTrackId(): TrackId | null {
    return this.session.getState().selectedTrackId;
  }

  select(trackId: TrackId | null): void {
    if (trackId !== this.selectedTrackId) {
      this.endGesture();
      this.session.setState({ selectedTrackId: trackId });
    }
  }

  hover(trackId: TrackId | null): void {
    if (trackId !== this.session.getState().hoveredTrackId) {
      this.session.setState({ hoveredTrackId: trackId });
    }
  }

  selectNext(): void {
    this.select(neighbour(this.frameInOrder(), this.selectedTrackId, 1)?.track.id ?? null);
  }

  selectPrevious(): void {
    this.select(neighbour(this.frameInOrder(), this.selectedTrackId, -1)?.track.id ?? null);
  }

  setTool(tool: ToolName): void {
    this.session.setState({ tool, draft: null });
  }

  setCategoryForNew(name: string): void {
    this.session.setState({ activeCategory: name });
  }

  /** The selected object's category, or without one the category of the next new object. */
  pickCategory(name: string): void {
    const { selected } = this;
    if (selected) {
      this.setCategory(selected.track.id, name);
    } else {
      this.setCategoryForNew(name);
    }
  }

  viewCommand(command: ViewCommand): void {
    this.commands.call(command);
  }

  /** One line for the person at the screen. */
  notify(key: string, values: Readonly<Record<string, string | number>> = {}): void {
    this.noticeCount += 1;
    this.session.setState({ notice: { id: this.noticeCount, key, values } });
  }

  // History and saving

  undo(): void {
    this.endGesture();
    this.afterReplay(this.history.undo());
  }

  redo(): void {
    this.endGesture();
    this.afterReplay(this.history.redo());
  }

  saveNow(): void {
    this.endGesture();
    this.sync.saveNow();
  }

  private afterReplay(result: UndoResult | null): void {
    this.sync.commit();
    if (!result) {
      return;
    }
    if (result.skipped > 0) {
      this.notify('notice.undo_skipped', { count: result.skipped });
    }
    const frame = result.frames[0];
    if (frame !== undefined && !result.frames.includes(this.frameIndex)) {
      this.goToFrame(frame);
    }
  }

  /** One verb: one undo step, one request; `label` is the i18n key of its name. */
  perform(label: string, change: (tx: Transaction) => void): void {
    this.endGesture();
    this.history.mark(label);
    this.store.transact(change);
    this.history.close();
    this.sync.commit();
  }

  /** A verb on one track; nothing happens where it does not exist. */
  onTrack(label: string, trackId: TrackId | null, change: (tx: Transaction, track: Track) => void): void {
    const track = trackId === null ? undefined : this.store.get('tracks', trackId);
    if (track) {
      this.perform(label, (tx) => change(tx, this.store.get('tracks', track.id) ?? track));
    }
  }

  /** Change the selected object's box, as a step of its own or as part of a held key's. */
  private edit(label: string, change: (box: Box) => Box, { hold = false }: HoldOption = {}): void {
    const { selected } = this;
    if (!selected) {
      return;
    }
    if (hold) {
      this.gestures.hold(label, selected.track.id, this.frameIndex);
      this.gestures.update(change(selected.cuboid));
    } else {
      this.gestures.begin(label, selected.track.id, this.frameIndex);
      this.gestures.update(change(selected.cuboid));
      this.gestures.end();
    }
  }

  private frameInOrder(): readonly ResolvedCuboid[] {
    const { frameIndex, selectionOrder } = this.session.getState();
    return inOrder(this.store.resolveFrame(frameIndex), selectionOrder);
  }

  private selectedKeys() {
    return this.selectedTrackId === null ? [] : this.store.keysOfTrack(this.selectedTrackId);
  }

  /** The track's key that is fewest frames away. */
  private nearestKey(trackId: TrackId): ResolvedCuboid | undefined {
    const away = ({ frame_index }: { readonly frame_index: number }) =>
      Math.abs(frame_index - this.frameIndex);
    const [nearest] = [...this.store.keysOfTrack(trackId)].sort((a, b) => away(a) - away(b));
    return nearest && this.store.resolveTrack(trackId, nearest.frame_index);
  }

  private dropSelectionOfNothing(): void {
    const { selectedTrackId } = this;
    if (selectedTrackId !== null && !this.store.get('tracks', selectedTrackId)) {
      this.select(null);
    }
  }
}
