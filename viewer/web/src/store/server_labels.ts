/** The labels as the server has them, as far as this browser knows. */
import { type RecordKind, RECORD_KINDS, type SceneLabels, type Track } from '../model/records';
import { type RecordsDiff, type Step, stepsOf } from './diff';
import { emptyTables, readRecord, type Tables, writeRecord } from './tables';

/** Whether an answer holds all records or those touched since a revision. */
export type Extent = 'all' | 'newer';

export class ServerLabels {
  readonly tables: Tables = emptyTables();
  private readonly lostTracks = new Map<string, Track>();

  /** A track as it was before someone removed it; null where nobody did. */
  readonly lostTrack = (id: string): Track | null => this.lostTracks.get(id) ?? null;

  write(diff: RecordsDiff): void {
    stepsOf(diff).forEach((step) => {
      this.remember(step);
      writeRecord(this.tables, step);
    });
  }

  /** From the known labels to the server's answer. */
  stepsTo(labels: SceneLabels, extent: Extent): readonly Step[] {
    return RECORD_KINDS.flatMap((kind) => stepsOfKind(labels, kind, extent, this.tables));
  }

  /** What makes the touched records look as they should: as the server has them, with the own steps on top. */
  shownSteps(
    touched: readonly Step[],
    own: readonly Step[],
    shown: (kind: RecordKind, id: string) => Step['before'],
  ): readonly Step[] {
    const mine = new Map(own.map((step) => [`${step.kind} ${step.id}`, step.after]));
    return touched.map(({ kind, id }) => {
      const after = mine.get(`${kind} ${id}`);
      return {
        kind,
        id,
        before: shown(kind, id),
        after: after === undefined ? readRecord(this.tables, kind, id) : after,
      };
    });
  }

  private remember({ kind, id, after }: Step): void {
    const track = kind === 'tracks' && after === null ? this.tables.tracks.get(id) : undefined;
    if (track) {
      this.lostTracks.set(id, track);
    }
  }
}

function stepsOfKind(labels: SceneLabels, kind: RecordKind, extent: Extent, known: Tables): readonly Step[] {
  const after = new Map<string, Step['after']>(labels[kind].map((record) => [record.id, record]));
  const gone = extent === 'all' ? [...known[kind].keys()] : (labels.removed?.[kind] ?? []);
  gone.filter((id) => !after.has(id)).forEach((id) => after.set(id, null));
  return Array.from(after, ([id, record]) => ({
    kind,
    id,
    before: readRecord(known, kind, id),
    after: record,
  }));
}
