/** Scenes, projects, jobs and people as they are on the wire. */
import type { JobId, ProjectId, SceneId, TrackId } from './ids';
import type { Se3 } from './records';
import type { Vec3 } from './tuples';

export interface Category {
  readonly name: string;
  /** `#rrggbb`. */
  readonly color: string;
  readonly size_prior_lwh_m: Vec3;
  readonly hot_key: string | null;
  readonly parent: string | null;
  readonly is_rigid: boolean;
}

export interface Attribute {
  readonly name: string;
  readonly scope: 'track' | 'cuboid';
  /** The allowed answers; empty means any number or text. */
  readonly values: readonly (string | number)[];
  /** The categories it is asked for; empty means all. */
  readonly categories: readonly string[];
}

export interface Taxonomy {
  readonly name: string;
  readonly version: number;
  readonly categories: readonly Category[];
  readonly attributes: readonly Attribute[];
}

export interface SceneFrame {
  readonly index: number;
  /** Nanoseconds after the scene's start. */
  readonly time_offset_ns: number;
  readonly world_from_ego: Se3 | null;
  readonly points_url: string | null;
  /** Names of the scene's cameras that this frame was taken with, images or not. */
  readonly cameras: readonly string[];
  readonly image_urls: Readonly<Record<string, string>>;
  /** Into a camera at its image's time, from ego at the frame's, where those differ; else the camera's own holds. */
  readonly cam_from_ego: Readonly<Record<string, Se3>>;
}

export interface LidarInfo {
  readonly name: string;
  readonly ego_from_sensor: Se3;
}

export interface CameraInfo {
  readonly name: string;
  readonly model: 'pinhole' | 'brown_conrady' | 'kannala_brandt';
  readonly width_px: number;
  readonly height_px: number;
  readonly fx_px: number;
  readonly fy_px: number;
  readonly cx_px: number;
  readonly cy_px: number;
  /** The lens's coefficients in OpenCV's order; none for a pinhole. */
  readonly distortion: readonly number[];
  /** The angle from the optical axis up to which the model holds. */
  readonly max_angle_rad: number;
  readonly cam_from_ego: Se3;
  readonly images_are: 'raw' | 'rectified';
}

export interface Problem {
  readonly path: string;
  readonly message: string;
}

/** Where poses come from: the dataset itself, a registration of its clouds at import, or nowhere by choice. */
export type TrajectorySource = 'given' | 'registration' | 'none';

export interface SceneTrajectory {
  readonly source: TrajectorySource;
  /** Null where the poses are the dataset's own. */
  readonly quality: {
    readonly figures: Readonly<Record<string, number>>;
    /** One sentence, in English. */
    readonly summary: string;
  } | null;
}

export interface SceneDetail {
  readonly id: SceneId;
  readonly project_id: ProjectId;
  readonly name: string;
  readonly format: string;
  readonly path: string;
  readonly is_sequential: boolean;
  readonly revision: number;
  readonly taxonomy: Taxonomy;
  /** Text, because nanoseconds since 1970 do not fit a JavaScript number. */
  readonly start_timestamp_ns: string;
  readonly frames: readonly SceneFrame[];
  readonly lidars: readonly LidarInfo[];
  /** The first is the front camera. */
  readonly cameras: readonly CameraInfo[];
  readonly problems: readonly Problem[];
  /** The first of the raw files that changed since the import. */
  readonly changed_files: readonly Problem[];
  readonly changed_file_count: number;
  /** How a person settled what the format leaves open: question to answer. */
  readonly assume: Readonly<Record<string, string>>;
  readonly trajectory: SceneTrajectory;
  readonly previous_scene_id: SceneId | null;
  readonly next_scene_id: SceneId | null;
}

export interface Project {
  readonly id: ProjectId;
  readonly name: string;
  readonly created_at: string;
  readonly scene_count: number;
  readonly taxonomy: Taxonomy;
}

export interface SceneSummary {
  readonly id: SceneId;
  readonly name: string;
  readonly project_id: ProjectId;
  readonly format: string;
  readonly path: string;
  readonly frame_count: number;
  readonly lidar_count: number;
  readonly camera_count: number;
  readonly track_count: number;
  readonly key_cuboid_count: number;
  readonly done_frames: number;
  readonly empty_frames: number;
  readonly revision: number;
  readonly updated_at: string;
  readonly thumbnail_url: string | null;
  readonly problem_count: number;
  readonly changed_file_count: number;
  /** The folder is not there. */
  readonly is_missing: boolean;
}

export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';

export interface Job {
  readonly id: JobId;
  readonly kind: 'import' | 'export' | 'merge' | 'autolabel';
  readonly project_id: ProjectId;
  readonly state: JobState;
  /** 0 … 1. */
  readonly progress: number;
  readonly message: string;
  readonly error: string | null;
  readonly result: Readonly<Record<string, unknown>> | null;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
}

/** Someone else who looks at the same scene. */
export interface Person {
  readonly client_id: string;
  readonly name: string;
  readonly color: string;
  readonly frame_index: number;
  readonly selected_track_id: TrackId | null;
}

export type SyncState = 'saved' | 'saving' | 'offline' | 'conflict';
