/** What a person chose in the dialog that imports labels, as the request the server takes. */
import type { CategoryNames, MergeBody, MergeCounts } from '../../api/types';
import type { SceneId } from '../../model/ids';

export const POLICIES = ['add', 'replace_source', 'match'] as const;
export type Policy = (typeof POLICIES)[number];

export interface MergeChoices {
  readonly path: string;
  /** Null: found out. */
  readonly format: string | null;
  /** Empty: all scenes of the project. */
  readonly sceneIds: readonly SceneId[];
  readonly policy: Policy;
  readonly minIou: number;
  /** Null: the nearest names that the project has. */
  readonly names: CategoryNames | null;
  /** The name and version of the model that made them; empty for labels of other people. */
  readonly model: string;
}

export function initialMerge(sceneId: SceneId | null): MergeChoices {
  return {
    path: '',
    format: null,
    sceneIds: sceneId === null ? [] : [sceneId],
    policy: 'match',
    minIou: 0.5,
    names: null,
    model: '',
  };
}

export function mergeBody(choices: MergeChoices): MergeBody {
  return {
    path: choices.path.trim(),
    format: choices.format,
    scene_ids: choices.sceneIds.length === 0 ? null : choices.sceneIds,
    policy: choices.policy,
    min_iou: choices.minIou,
    source: sourceOf(choices.model),
    mapping: choices.names,
    unknown: 'keep',
  };
}

/** `pillar` and `pillar@3` name a model; a version must be there. */
export function sourceOf(model: string): string | null {
  const name = model
    .trim()
    .replace(/^model:/, '')
    .replaceAll(/\s+/g, '-');
  if (name === '') {
    return null;
  }
  return `model:${/^[^@]+@.+$/.test(name) ? name : `${name.replaceAll('@', '')}@1`}`;
}

/** The rows of the table that says what would change. */
export function mergeRows(counts: MergeCounts) {
  return [
    {
      kind: 'cuboids',
      added: counts.cuboids_added,
      updated: counts.cuboids_updated,
      removed: counts.cuboids_removed,
    },
    {
      kind: 'tracks',
      added: counts.tracks_added,
      updated: counts.tracks_updated,
      removed: counts.tracks_removed,
    },
    {
      kind: 'boxes',
      added: counts.image_boxes_added,
      updated: counts.image_boxes_updated,
      removed: counts.image_boxes_removed,
    },
  ] as const;
}

export function changesNothing(counts: MergeCounts): boolean {
  const rows = mergeRows(counts);
  return (
    counts.frame_states_added === 0 &&
    rows.every(({ added, updated, removed }) => added + updated + removed === 0)
  );
}
