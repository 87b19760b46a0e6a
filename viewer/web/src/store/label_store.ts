/** The labels of one scene in the browser: records by id, changed only by transactions, which make the diffs. */
import { type ResolvedCuboid, resolveTrackInFrame, type Timeline, timelineOf } from '../geometry/interpolate';
import type { Cuboid, RecordKind, RecordOf } from '../model/records';
import type { SceneDetail } from '../model/scene';
import { diffOfSteps, isEmpty, type RecordsDiff, type Step, stepsOfKind } from './diff';
import { isEqual } from './equal';
import { KeyIndex } from './key_index';
import { Listeners } from './listeners';
import { emptyTables, readRecord, type Tables, writeDiff, writeRecord } from './tables';

/** Who changed the records: a verb, undo and redo, or someone else. */
export type DiffOrigin = 'user' | 'history' | 'remote';

/** The only way to write; what it did is rolled back when the function throws. */
export interface Transaction {
  get<K extends RecordKind>(kind: K, id: string): RecordOf<K> | undefined;
  put<K extends RecordKind>(kind: K, record: RecordOf<K>): void;
  remove(kind: RecordKind, id: string): void;
}

/** More derived cuboids than a person looks at in a while: those of 500 frames with 200 objects. */
const MOST_RESOLVED = 100_000;

export class LabelStore {
  readonly timeline: Timeline;
  /** Called at any change; for `useSyncExternalStore` together with `version`. */
  readonly subscribe: (listener: () => void) => () => void;
  readonly onDiff: (listener: (diff: RecordsDiff, origin: DiffOrigin) => void) => () => void;

  private readonly tables: Tables = emptyTables();
  private readonly keys = new KeyIndex();
  private readonly changed = new Listeners();
  private readonly diffed = new Listeners<[RecordsDiff, DiffOrigin]>();
  private readonly resolved = new Map<string, (ResolvedCuboid | null)[]>();
  private readonly frames = new Map<number, readonly ResolvedCuboid[]>();
  private resolvedSinceCleared = 0;
  private currentRevision: number;
  private currentVersion = 0;
  private isWriting = false;

  constructor(scene: SceneDetail) {
    this.timeline = timelineOf(scene.frames);
    this.currentRevision = scene.revision;
    this.subscribe = this.changed.add;
    this.onDiff = this.diffed.add;
  }

  /** The server's revision that is merged in. */
  get revision(): number {
    return this.currentRevision;
  }

  /** Rises at every change. */
  get version(): number {
    return this.currentVersion;
  }

  setRevision(revision: number): void {
    this.currentRevision = revision;
  }

  get<K extends RecordKind>(kind: K, id: string): RecordOf<K> | undefined {
    return readRecord(this.tables, kind, id) ?? undefined;
  }

  all<K extends RecordKind>(kind: K): readonly RecordOf<K>[] {
    const table: Map<string, RecordOf<K>> = this.tables[kind];
    return [...table.values()];
  }

  /** The key cuboids of a track, by rising frame. */
  keysOfTrack(trackId: string): readonly Cuboid[] {
    return this.keys.keysOf(trackId);
  }

  /** Change records as a person does; returns what changed. */
  transact(change: (tx: Transaction) => void): RecordsDiff {
    if (this.isWriting) {
      throw new Error('a transaction is open already');
    }
    this.isWriting = true;
    const steps: Step[] = [];
    try {
      change(this.transactionInto(steps));
    } catch (error) {
      steps
        .reverse()
        .forEach(({ kind, id, before }) => writeRecord(this.tables, { kind, id, after: before }));
      throw error;
    } finally {
      this.isWriting = false;
    }
    const diff = diffOfSteps(steps);
    this.publish(diff, 'user');
    return diff;
  }

  /** Take over a diff made elsewhere, whatever stood there before. */
  applyDiff(diff: RecordsDiff, origin: DiffOrigin): void {
    writeDiff(this.tables, diff);
    this.publish(diff, origin);
  }

  /** All cuboids of a frame, in the order of the tracks; the same array until something changes. */
  resolveFrame(frameIndex: number): readonly ResolvedCuboid[] {
    const known = this.frames.get(frameIndex);
    if (known) {
      return known;
    }
    this.forgetIfMany();
    const cuboids: ResolvedCuboid[] = [];
    for (const trackId of this.tables.tracks.keys()) {
      const resolved = this.resolveTrack(trackId, frameIndex);
      if (resolved) {
        cuboids.push(resolved);
      }
    }
    this.frames.set(frameIndex, cuboids);
    return cuboids;
  }

  /** The track's cuboid in a frame; the same object until the track changes. */
  resolveTrack(trackId: string, frameIndex: number): ResolvedCuboid | undefined {
    if (frameIndex < 0) {
      return undefined;
    }
    const byFrame = this.resolvedOf(trackId);
    const known = byFrame[frameIndex];
    if (known !== undefined) {
      return known ?? undefined;
    }
    const track = this.tables.tracks.get(trackId);
    const keys = this.keys.keysOf(trackId);
    const resolved = track ? resolveTrackInFrame(this.timeline, track, keys, frameIndex) : null;
    byFrame[frameIndex] = resolved;
    this.resolvedSinceCleared += 1;
    return resolved ?? undefined;
  }

  /** Derived cuboids that are kept, at most; for tests. */
  get keptCount(): number {
    return this.resolvedSinceCleared;
  }

  /** Who goes through thousands of frames must not fill the memory. */
  private forgetIfMany(): void {
    if (this.resolvedSinceCleared > MOST_RESOLVED) {
      this.resolved.clear();
      this.frames.clear();
      this.resolvedSinceCleared = 0;
    }
  }

  private resolvedOf(trackId: string): (ResolvedCuboid | null)[] {
    const known = this.resolved.get(trackId);
    if (known) {
      return known;
    }
    const byFrame: (ResolvedCuboid | null)[] = [];
    this.resolved.set(trackId, byFrame);
    return byFrame;
  }

  private transactionInto(steps: Step[]): Transaction {
    const write = <K extends RecordKind>(kind: K, id: string, after: RecordOf<K> | null) => {
      const before = readRecord(this.tables, kind, id);
      // A record that says the same is no change: the one that is there stays, so that undo brings all back as it was.
      if (!isEqual(before, after)) {
        steps.push({ kind, id, before, after });
        writeRecord(this.tables, { kind, id, after });
      }
    };
    return {
      get: (kind, id) => this.get(kind, id),
      put: (kind, record) => write(kind, record.id, record),
      remove: (kind, id) => write(kind, id, null),
    };
  }

  private publish(diff: RecordsDiff, origin: DiffOrigin): void {
    if (isEmpty(diff)) {
      return;
    }
    this.currentVersion += 1;
    const tracks = this.keys.follow(diff);
    stepsOfKind(diff, 'tracks').forEach(({ id }) => tracks.add(id));
    tracks.forEach((trackId) => this.resolved.delete(trackId));
    if (tracks.size > 0) {
      this.frames.clear();
    }
    this.diffed.call(diff, origin);
    this.changed.call();
  }
}
