/** What saving needs of the server; `api/client.ts` implements it. Failures are rejected with an `ApiError`. */
import type { LabelChange, SceneLabels } from '../model/records';

export interface Transport {
  postChange(change: LabelChange): Promise<{ readonly revision: number }>;
  /** All records, or with `since` those touched after that revision and the ids of those that went. */
  fetchLabels(since?: number): Promise<SceneLabels>;
}
