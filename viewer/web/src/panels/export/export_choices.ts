/** What a person chose in the export dialog, as the request the server takes. */
import type { CategoryNames, CategoryUse, ExportBody, Loss } from '../../api/types';
import type { SceneId } from '../../model/ids';
import type { Job } from '../../model/scene';

export const SOURCES = ['human', 'propagated', 'model', 'imported'] as const;
export type SourceKind = (typeof SOURCES)[number];

export interface ExportChoices {
  readonly format: string;
  readonly scope: 'all' | 'some';
  readonly sceneIds: readonly SceneId[];
  readonly sources: readonly SourceKind[];
  readonly includeUnconfirmed: boolean;
  readonly derive2d: 'missing' | 'all';
  /** Empty: all. */
  readonly categories: readonly string[];
  /** Null: the nearest names that the format has. */
  readonly names: CategoryNames | null;
}

export function initialChoices(format: string, sceneId: SceneId | null): ExportChoices {
  return {
    format,
    scope: sceneId === null ? 'all' : 'some',
    sceneIds: sceneId === null ? [] : [sceneId],
    sources: [],
    includeUnconfirmed: false,
    derive2d: 'missing',
    categories: [],
    names: null,
  };
}

/** Null while the choices leave nothing to ask for. */
export function exportBody(choices: ExportChoices): ExportBody | null {
  if (choices.format === '' || (choices.scope === 'some' && choices.sceneIds.length === 0)) {
    return null;
  }
  return {
    format: choices.format,
    scene_ids: choices.scope === 'all' ? null : choices.sceneIds,
    sources: choices.sources.length === 0 ? null : choices.sources,
    categories: choices.categories.length === 0 ? null : choices.categories,
    include_unconfirmed: choices.includeUnconfirmed,
    derive_2d: choices.derive2d,
    mapping: choices.names,
    unknown: 'keep',
  };
}

/** Those that the export is about; nothing chosen means all. */
export function chosenCategories(
  used: readonly CategoryUse[],
  chosen: readonly string[],
): readonly CategoryUse[] {
  return chosen.length === 0 ? used : used.filter(({ name }) => chosen.includes(name));
}

export interface ExportResult {
  readonly downloadUrl: string;
  readonly fileName: string;
  readonly scenes: number;
  readonly rows: number;
  readonly losses: readonly Loss[];
}

/** A finished export job's result, or null when the job has none to offer. */
export function exportResult(job: Job | undefined): ExportResult | null {
  const result = (job?.state === 'done' ? job.result : null) ?? {};
  const url = result['download_url'];
  // Only this server's own files: the text ends up in a link.
  if (typeof url !== 'string' || !url.startsWith('/api/')) {
    return null;
  }
  const { file_name: name, scenes, rows, losses } = result;
  return {
    downloadUrl: url,
    fileName: typeof name === 'string' ? name : 'labels.zip',
    scenes: typeof scenes === 'number' ? scenes : 0,
    rows: typeof rows === 'number' ? rows : 0,
    losses: Array.isArray(losses) ? losses.filter(isLoss) : [],
  };
}

function isLoss(value: unknown): value is Loss {
  return (
    typeof value === 'object' &&
    value !== null &&
    'message' in value &&
    typeof value.message === 'string' &&
    'count' in value &&
    typeof value.count === 'number'
  );
}
