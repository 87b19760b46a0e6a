/** The sums of an inspect report that the import dialog decides by. */
import type { InspectReport } from '../../api/types';

export interface ImportPlan {
  readonly scenes: number;
  /** Those that the project has not yet. */
  readonly newScenes: number;
  readonly labels: number;
  readonly tracks: number;
  readonly hasLabels: boolean;
}

export function importPlan(report: InspectReport): ImportPlan {
  const sum = (key: 'labels' | 'tracks' | 'ignored') =>
    report.scenes.reduce((total, scene) => total + scene[key], 0);
  const labels = sum('labels');
  return {
    scenes: report.scenes.length,
    newScenes: report.scenes.filter((scene) => !scene.is_known).length,
    labels,
    tracks: sum('tracks'),
    // Ignore regions alone are worth importing too.
    hasLabels: labels + sum('ignored') > 0,
  };
}
