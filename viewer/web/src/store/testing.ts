/** Scenes, records and a server in memory, for tests. */
import { ApiError } from '../api/errors';
import { fromYaw } from '../geometry/se3';
import type { ChangeId, CuboidId, ProjectId, SceneId, TrackId } from '../model/ids';
import type { Cuboid, LabelChange, RecordKind, SceneLabels, Track } from '../model/records';
import { RECORD_KINDS } from '../model/records';
import type { SceneDetail, SceneFrame } from '../model/scene';
import { diffOfChange, stepsOf } from './diff';
import { emptyTables, writeDiff } from './tables';
import type { Transport } from './transport';

export interface SceneSketch {
  readonly frameCount?: number;
  /** Metres that ego drives forward between two frames; null for a scene without poses. */
  readonly stepM?: number | null;
}

export function sceneOf({ frameCount = 20, stepM = 1 }: SceneSketch = {}): SceneDetail {
  const frames = Array.from({ length: frameCount }, (_, index): SceneFrame => ({
    index,
    time_offset_ns: index * 100_000_000,
    world_from_ego: stepM === null ? null : fromYaw(0, [index * stepM, 0, 0]),
    points_url: null,
    cameras: [],
    image_urls: {},
    cam_from_ego: {},
  }));
  return {
    id: 'scene' as SceneId,
    project_id: 'project' as ProjectId,
    name: 'drive',
    format: 'kitti-raw',
    path: '/data/drive',
    is_sequential: true,
    revision: 0,
    taxonomy: {
      name: 'kitti',
      version: 1,
      categories: [
        categoryOf('Car', '1', [4.2, 1.8, 1.6], true),
        categoryOf('Pedestrian', '2', [0.8, 0.6, 1.75], false),
      ],
      attributes: [
        { name: 'occluded', scope: 'cuboid', values: [0, 1, 2, 3], categories: [] },
        { name: 'colour', scope: 'track', values: [], categories: [] },
      ],
    },
    start_timestamp_ns: '1317013353123456789',
    frames,
    lidars: [{ name: 'velodyne', ego_from_sensor: fromYaw(0, [-0.8, 0.3, 0.8]) }],
    cameras: [],
    problems: [],
    changed_files: [],
    changed_file_count: 0,
    assume: {},
    trajectory: { source: 'given', quality: null },
    previous_scene_id: null,
    next_scene_id: null,
  };
}

const categoryOf = (
  name: string,
  hot_key: string,
  size_prior_lwh_m: readonly [number, number, number],
  is_rigid: boolean,
) => ({ name, color: '#00ff00', hot_key, size_prior_lwh_m, is_rigid, parent: null });

export function trackOf(id: string, fields: Partial<Track> = {}): Track {
  return {
    id: id as TrackId,
    external_id: null,
    category: 'Car',
    is_rigid: true,
    is_static: false,
    first_frame: 0,
    last_frame: 10,
    interpolate_in: 'world',
    attributes: {},
    ...fields,
  };
}

export function keyOf(trackId: string, frameIndex: number, x = 10, fields: Partial<Cuboid> = {}): Cuboid {
  return {
    id: `${trackId}-${frameIndex}` as CuboidId,
    track_id: trackId as TrackId,
    frame_index: frameIndex,
    ego_from_object: fromYaw(0, [x, 2, 0]),
    size_lwh_m: [4, 2, 1.5],
    source: 'human',
    confirmed_by: null,
    score: null,
    attributes: {},
    ends_segment: false,
    ...fields,
  };
}

/** A label server as the real one behaves: idempotent by `change_id`, per-record conflicts by `base_revision`. */
export class FakeServer implements Transport {
  revision = 0;
  readonly tables = emptyTables();
  readonly changes: LabelChange[] = [];
  /** What the next requests do instead of answering. */
  readonly failures: ('offline' | 'lost answer' | 'refuse')[] = [];
  readonly requests: LabelChange[] = [];
  private readonly touchedAt = new Map<string, number>();

  postChange(change: LabelChange): Promise<{ readonly revision: number }> {
    this.requests.push(change);
    const failure = this.failures.shift();
    if (failure === 'offline') {
      return Promise.reject(new ApiError('offline', 'no network'));
    }
    if (failure === 'refuse') {
      return Promise.reject(new ApiError('invalid', 'the server refuses it', 422));
    }
    const known = this.changes.findIndex(({ change_id }) => change_id === change.change_id);
    if (known === -1 && this.isStale(change)) {
      return Promise.reject(new ApiError('stale_revision', 'someone else was faster', 409));
    }
    const revision = known === -1 ? this.append(change) : known + 1;
    return failure === 'lost answer'
      ? Promise.reject(new ApiError('offline', 'connection reset'))
      : Promise.resolve({ revision });
  }

  fetchLabels(since?: number): Promise<SceneLabels> {
    const isNew = (kind: RecordKind, id: string) =>
      (this.touchedAt.get(`${kind} ${id}`) ?? 0) > (since ?? -1);
    const list = <R extends { readonly id: string }>(kind: RecordKind, table: ReadonlyMap<string, R>) =>
      [...table.values()].filter(({ id }) => isNew(kind, id));
    const gone = RECORD_KINDS.map((kind) => [
      kind,
      Array.from(this.touchedAt.keys(), (key) => key.split(' '))
        .filter(([of, id = '']) => of === kind && !this.tables[kind].has(id) && isNew(kind, id))
        .map(([, id]) => id),
    ]);
    return Promise.resolve({
      revision: this.revision,
      tracks: list('tracks', this.tables.tracks),
      cuboids: list('cuboids', this.tables.cuboids),
      image_boxes: list('image_boxes', this.tables.image_boxes),
      frame_states: list('frame_states', this.tables.frame_states),
      ...(since === undefined ? {} : { removed: Object.fromEntries(gone) as Record<RecordKind, string[]> }),
    });
  }

  /** What someone else does; returns the change as the socket tells it. */
  changeByOther(parts: Partial<Pick<LabelChange, 'added' | 'updated' | 'removed'>>): LabelChange {
    const change: LabelChange = {
      schema_version: 1,
      change_id: `other-${this.revision}` as ChangeId,
      scene_id: 'scene' as SceneId,
      author: 'human:other',
      time: '2026-01-01T00:00:00Z',
      base_revision: this.revision,
      added: {},
      updated: {},
      removed: {},
      ...parts,
    };
    this.append(change);
    return change;
  }

  private isStale(change: LabelChange): boolean {
    return stepsOf(diffOfChange(change)).some(
      ({ kind, id }) => (this.touchedAt.get(`${kind} ${id}`) ?? 0) > change.base_revision,
    );
  }

  private append(change: LabelChange): number {
    this.revision += 1;
    this.changes.push(change);
    writeDiff(this.tables, diffOfChange(change));
    stepsOf(diffOfChange(change)).forEach(({ kind, id }) =>
      this.touchedAt.set(`${kind} ${id}`, this.revision),
    );
    return this.revision;
  }
}
