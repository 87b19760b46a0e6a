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
import { newTrackId, type TrackId } from '../model/ids';
import { categoryOf } from '../model/names';
import type { Box, Track } from '../model/records';
import type { Category, SceneDetail } from '../model/scene';
import type { Vec3 } from '../model/tuples';
import { History, type UndoResult } from '../store/history';
import { type Journal, openJournal } from '../store/journal';
import { LabelStore, type Transaction } from '../store/label_store';
import { Listeners } from '../store/listeners';
import { createSession, type SessionStore, type ToolName } from '../store/session';
import { Sync } from '../store/sync';
import type { Transport } from '../store/transport';
import { Clipboard } from './clipboard';
import { type CloudProbe, noCloud } from './cloud_probe';
import { Confirming } from './confirming';
import { Fitting } from './fitting';
import { Frames } from './frames';
import { Gestures } from './gesture';
import { GridVerbs } from './grid';
import { ImageBoxes } from './image_boxes';
import { ImageFitting } from './image_fitting';
import { Group } from './group';
import { Propagation } from './propagation';
import { noProposer, type Proposer } from './proposer';
import { Reviewing } from './reviewing';
import { inOrder, neighbour } from './selection';
import { StandingJudge } from './standing';
import { Tracks } from './tracks';
import { addTrack, putBox, type VerbContext } from './verbs';

/** What only the 3D views can do. */
export type ViewCommand =
  'zoom-to-object' | 'view-top' | 'view-behind' | 'view-side' | 'view-free' | 'look-at-pixel';

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
  /** Whom to ask for fitted boxes and tracks carried on; without one, every such question is refused. */
  readonly proposer?: Proposer;
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
  readonly proposer: Proposer;
  readonly onCommand: (listener: (command: ViewCommand) => void) => () => void;
  /** Whether the frame shown now is drawn, so that playing may go on; set by the page. */
  canAdvance: () => boolean = () => true;
  /** What the points on the screen tell; set by the 3D views. */
  cloud: CloudProbe = noCloud;

  readonly context: VerbContext;
  readonly tracks = new Tracks(this);
  readonly standing = new StandingJudge(this);
  readonly confirming = new Confirming(this);
  readonly propagation = new Propagation(this);
  readonly fitting = new Fitting(this);
  readonly group = new Group(this);
  readonly clipboard = new Clipboard(this);
  readonly grid = new GridVerbs(this);
  readonly reviewing = new Reviewing(this);
  readonly imageBoxes = new ImageBoxes(this);
  readonly imageFitting = new ImageFitting(this);
  readonly frames: Frames;
  private readonly gestures: Gestures;
  private readonly commands = new Listeners<[ViewCommand]>();
  private noticeCount = 0;

  constructor({
    scene,
    transport,
    journal,
    proposer = noProposer,
    author = 'human:local',
    delayMs,
  }: EditorOptions) {
    this.scene = scene;
    this.proposer = proposer;
    this.store = new LabelStore(scene);
    this.history = new History(this.store);
    this.session = createSession(scene);
    const saving = { sceneId: scene.id, author, journal };
    this.sync = new Sync(this.store, transport, delayMs ? { ...saving, delayMs } : saving);
    const lidar_ego: Vec3 = scene.lidars[0]?.ego_from_sensor.translation_m ?? [0, 0, 0];
    this.context = { store: this.store, author, lidar_ego };
    this.gestures = new Gestures(this.context, this.history, this.sync.commit);
    this.onCommand = this.commands.add;
    this.frames = new Frames(this);
  }

  /** Fetch the labels and replay what an earlier page could not save. */
  async start(): Promise<void> {
    await this.sync.start();
  }

  dispose(): void {
    this.endGesture();
    this.fitting.dispose();
    this.imageFitting.dispose();
    this.propagation.cancel();
    this.grid.close();
    this.frames.dispose();
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

  /** When no gesture is under way that a change would end. */
  whenIdle(): Promise<void> {
    return this.gestures.whenDone();
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

  /** Put the track's box in the current frame, as its key there. */
  setBox(trackId: TrackId, box: Box, label = 'history.edit'): void {
    this.onTrack(label, trackId, (tx, track) => putBox(this.context, tx, track, this.frameIndex, box));
  }

  /** The size of all that is selected, each held at the corner nearest to the lidar. */
  setSize(size_lwh_m: Vec3): void {
    const resize = (box: Box) =>
      resizeAboutCorner(box, size_lwh_m, nearestCornerSigns(box, this.context.lidar_ego));
    if (this.group.isAlone || this.grid.isOpen) {
      this.edit('history.resize', resize);
    } else {
      this.group.edit('history.resize', resize);
    }
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

  // Gestures

  /** A drag starts; returns the box that its steps are computed from, or null where the frame has none. */
  beginGesture(label: string, trackId = this.selectedTrackId, frameIndex = this.frameIndex): Box | null {
    const snapshot = this.gestures.begin(label, trackId, [frameIndex]);
    this.takeGroupAlong(trackId);
    return snapshot;
  }

  /** The box as the drag has it now, computed from the snapshot. */
  updateGesture(box: Box): void {
    this.gestures.update(box);
  }

  /** The drag is done: one undo step, one request. */
  endGesture(): void {
    this.gestures.end();
    this.imageBoxes.endHold();
  }

  /** The held key is up. */
  endHold(): void {
    this.gestures.endHold();
    this.imageBoxes.endHold();
  }

  /** As if the drag had never been. */
  cancelGesture(): void {
    this.gestures.cancel();
  }

  // Frames

  goToFrame(frameIndex: number): void {
    this.endGesture();
    const last = this.scene.frames.length - 1;
    this.session.setState({ frameIndex: Math.max(0, Math.min(last, Math.round(frameIndex))), draft: null });
  }

  // Selection and tools

  get selectedTrackId(): TrackId | null {
    return this.session.getState().selectedTrackId;
  }

  select(trackId: TrackId | null): void {
    const { selectedTrackId, alsoSelected } = this.session.getState();
    if (trackId !== selectedTrackId || alsoSelected.length > 0) {
      this.endGesture();
      this.session.setState({ selectedTrackId: trackId, alsoSelected: [] });
    }
  }

  hover(trackId: TrackId | null): void {
    if (trackId !== this.session.getState().hoveredTrackId) {
      this.session.setState({ hoveredTrackId: trackId });
    }
  }

  selectNext(): void {
    this.select(neighbour(this.inOrder, this.selectedTrackId, 1)?.track.id ?? null);
  }

  selectPrevious(): void {
    this.select(neighbour(this.inOrder, this.selectedTrackId, -1)?.track.id ?? null);
  }

  setTool(tool: ToolName): void {
    this.session.setState({ tool, draft: null, isCreateSticky: false, ruler: null });
  }

  setCategoryForNew(name: string): void {
    this.session.setState({ activeCategory: name });
  }

  /** The selected object's category; without one, or while one creates, the category of the next new object. */
  pickCategory(name: string): void {
    const { selected } = this;
    if (selected && this.session.getState().tool !== 'create') {
      this.group.setCategory(name);
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
    if (this.fitting.takeBack()) {
      return;
    }
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

  /** Change the selected object's boxes in some frames, as a step of its own or as part of a held key's. */
  editFrames(
    label: string,
    frames: readonly number[],
    change: (box: Box) => Box,
    { hold = false }: HoldOption = {},
  ): void {
    const { selectedTrackId, store } = this;
    const resolved = frames.flatMap((frame) => store.resolveTrack(selectedTrackId ?? '', frame) ?? []);
    const boxes = new Map(resolved.map(({ cuboid }) => [cuboid.frame_index, change(cuboid)] as const));
    const [first, ...others] = boxes.keys();
    if (selectedTrackId === null || first === undefined) {
      return;
    }
    if (hold) {
      this.gestures.hold(label, selectedTrackId, [first, ...others]);
      this.takeGroupAlong(selectedTrackId);
      this.gestures.update(boxes);
    } else {
      this.gestures.begin(label, selectedTrackId, [first, ...others]);
      this.takeGroupAlong(selectedTrackId);
      this.gestures.update(boxes);
      this.gestures.end();
    }
  }

  /** What is selected together moves, turns and grows together; the grid is about one object. */
  private takeGroupAlong(trackId: TrackId | null): void {
    const { selectedTrackId, alsoSelected } = this.session.getState();
    if (trackId === selectedTrackId && !this.grid.isOpen) {
      this.gestures.takeAlong(alsoSelected);
    }
  }

  /** The same in the current frame alone, or in those that the grid has in hand. */
  private edit(label: string, change: (box: Box) => Box, hold?: HoldOption): void {
    this.editFrames(label, this.grid.frames ?? [this.frameIndex], change, hold);
  }

  /** The objects of the frame as Tab goes through them. */
  get inOrder(): readonly ResolvedCuboid[] {
    const { frameIndex, selectionOrder } = this.session.getState();
    return inOrder(this.store.resolveFrame(frameIndex), selectionOrder);
  }
}
