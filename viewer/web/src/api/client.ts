/** The server's API, call by call. */
import type { AutolabelModel, ModelComparison, ProposedTracks, Readiness } from '../model/autolabel';
import type { JobId, ProjectId, SceneId } from '../model/ids';
import type { LabelChange, SceneLabels } from '../model/records';
import type { Job, Project, SceneDetail, SceneSummary } from '../model/scene';
import { request, withQuery } from './request';
import type {
  ActivateBody,
  AutolabelBody,
  BrowseResult,
  ExportBody,
  ExportCheck,
  FileReport,
  Findings,
  FormatInfo,
  Health,
  ImportBody,
  InspectBody,
  InspectReport,
  MergeBody,
  MergeReport,
  ModelActivation,
  PostedChange,
  RelinkBody,
  RelinkReport,
} from './types';

const project = (id: ProjectId, rest = '') => `/api/projects/${encodeURIComponent(id)}${rest}`;
const scene = (id: SceneId, rest = '') => `/api/scenes/${encodeURIComponent(id)}${rest}`;
const job = (id: JobId, rest = '') => `/api/jobs/${encodeURIComponent(id)}${rest}`;

export const api = {
  health: () => request<Health>('/api/health'),
  listFormats: () => request<readonly FormatInfo[]>('/api/formats'),
  /** Folders of the server's disk; without a path, where a person would start. */
  browse: (path: string | null, signal?: AbortSignal) =>
    request<BrowseResult>('/api/browse', { query: { path }, signal }),
  inspect: (body: InspectBody, signal?: AbortSignal) =>
    request<InspectReport>('/api/inspect', { method: 'POST', body, signal }),

  listProjects: () => request<readonly Project[]>('/api/projects'),
  createProject: (name: string) => request<Project>('/api/projects', { method: 'POST', body: { name } }),
  getProject: (id: ProjectId) => request<Project>(project(id)),
  listScenes: (id: ProjectId) => request<readonly SceneSummary[]>(project(id, '/scenes')),
  importScenes: (id: ProjectId, body: ImportBody) =>
    request<Job>(project(id, '/import'), { method: 'POST', body }),
  mergeLabels: (id: ProjectId, body: MergeBody) =>
    request<Job>(project(id, '/merge-labels'), { method: 'POST', body }),
  checkMerge: (id: ProjectId, body: MergeBody, signal?: AbortSignal) =>
    request<MergeReport>(project(id, '/merge-labels/check'), { method: 'POST', body, signal }),
  exportLabels: (id: ProjectId, body: ExportBody) =>
    request<Job>(project(id, '/export'), { method: 'POST', body }),
  checkExport: (id: ProjectId, body: ExportBody, signal?: AbortSignal) =>
    request<ExportCheck>(project(id, '/export/check'), { method: 'POST', body, signal }),
  relink: (id: ProjectId, body: RelinkBody) =>
    request<RelinkReport>(project(id, '/relink'), { method: 'POST', body }),

  /** Learn from what is labelled where that changed, and propose labels for the rest. */
  autolabel: (id: ProjectId, body: AutolabelBody) =>
    request<Job>(project(id, '/autolabel'), { method: 'POST', body }),
  getReadiness: (id: ProjectId, signal?: AbortSignal) =>
    request<Readiness>(project(id, '/autolabel/readiness'), { signal }),
  listModels: (id: ProjectId, signal?: AbortSignal) =>
    request<readonly AutolabelModel[]>(project(id, '/models'), { signal }),
  compareModels: (id: ProjectId, a: number, b: number, signal?: AbortSignal) =>
    request<ModelComparison>(project(id, '/models/compare'), { query: { a, b }, signal }),
  activateModel: (id: ProjectId, version: number, body: ActivateBody) =>
    request<ModelActivation>(project(id, `/models/${version}/activate`), { method: 'POST', body }),
  /** What a model proposed for the scene and is still there, as the queue in which to look at it. */
  getProposedTracks: (id: SceneId, signal?: AbortSignal) =>
    request<ProposedTracks>(scene(id, '/proposed-tracks'), { signal }),

  getScene: (id: SceneId) => request<SceneDetail>(scene(id)),
  deleteScene: (id: SceneId) => request<undefined>(scene(id), { method: 'DELETE' }),
  /** Compare the raw files with those that were imported. */
  checkFiles: (id: SceneId, signal?: AbortSignal) =>
    request<FileReport>(scene(id, '/files/check'), { method: 'POST', signal }),
  /** Take the raw files as they are now. */
  acceptFiles: (id: SceneId) => request<FileReport>(scene(id, '/files/accept'), { method: 'POST' }),
  /** With `since`, only the records touched after that revision, and the ids of those removed. */
  getLabels: (id: SceneId, since?: number) =>
    request<SceneLabels>(scene(id, '/labels'), { query: { since } }),
  /** What the checks find by now; with `points`, those that look into the clouds too. */
  getFindings: (id: SceneId, points: boolean, signal?: AbortSignal) =>
    request<Findings>(scene(id, '/findings'), { query: { points: String(points) }, signal }),
  postChange: (change: LabelChange) =>
    request<PostedChange>(scene(change.scene_id, '/changes'), { method: 'POST', body: change }),

  listJobs: (projectId: ProjectId) =>
    request<readonly Job[]>('/api/jobs', { query: { project_id: projectId } }),
  getJob: (id: JobId) => request<Job>(job(id)),
  cancelJob: (id: JobId) => request<Job>(job(id, '/cancel'), { method: 'POST' }),
} as const;

/** Wide enough for the camera strip on a dense screen, small enough to switch frames at once. */
export const STRIP_IMAGE_WIDTH_PX = 640;

/** The image as a JPEG of that width; the address itself gives the original bytes. */
export function thumbnailUrl(imageUrl: string, widthPx: number): string {
  return withQuery(imageUrl, { width: widthPx });
}
