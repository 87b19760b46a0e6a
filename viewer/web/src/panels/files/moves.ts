/** What a comparison of a dataset's old and new place comes to. */
import type { RelinkReport } from '../../api/types';
import type { Problem } from '../../model/scene';

export interface Moves {
  readonly same: number;
  readonly different: number;
  readonly files: number;
  readonly hasChanged: boolean;
  /** With the scene's name before the path. */
  readonly problems: readonly Problem[];
}

/** With `withChanged`, scenes are the same even where some of their files differ. */
export function movesOf(report: RelinkReport, withChanged: boolean): Moves {
  const isDifferent = report.scenes.map(
    ({ problems, changed_count: changed }) => problems.length > 0 || (changed > 0 && !withChanged),
  );
  const different = isDifferent.filter(Boolean).length;
  return {
    same: report.scenes.length - different,
    different,
    files: report.scenes.reduce((sum, scene) => sum + scene.compared_files, 0),
    hasChanged: report.scenes.some((scene) => scene.changed_count > 0),
    problems: report.scenes.flatMap(({ name, problems, changed }) =>
      [...problems, ...changed].map(({ path, message }) => ({ path: `${name}: ${path}`, message })),
    ),
  };
}
