import { describe, expect, it } from 'vitest';

import type { Finding, FindingRule, Severity } from '../../api/types';
import type { TrackId } from '../../model/ids';
import { panelRows, ruleCounts, severityOfFrames, worstSeverity } from './finding_rows';

function found(
  rule: string,
  severity: Severity,
  frame: number | null,
  extra: Partial<Finding> = {},
): Finding {
  return {
    rule,
    severity,
    sentence: `${rule} in ${frame ?? 'all'}`,
    frame_index: frame,
    track_id: 't1' as TrackId,
    label_ids: ['t1', `c${frame ?? ''}`],
    value: 1,
    details: {},
    ...extra,
  };
}

const rule = (name: string): FindingRule => ({
  rule: name,
  title: `Title of ${name}`,
  description: '',
  severity: 'warning',
  needs_points: false,
});

const FINDINGS = [
  found('alpha', 'warning', 1),
  found('occlusion', 'info', 1),
  found('overlap', 'warning', 2),
  found('overlap', 'error', 7),
  found('size', 'info', null),
];

describe('panelRows', () => {
  it('puts the gravest rule first, and within a rule the gravest finding', () => {
    const rows = panelRows(FINDINGS, null);
    expect(rows.map((row) => (row.kind === 'rule' ? row.rule : row.finding.frame_index))).toEqual([
      'overlap',
      7,
      2,
      'alpha',
      1,
      'occlusion',
      1,
      'size',
      null,
    ]);
    expect(rows[0]).toMatchObject({ severity: 'error', count: 2 });
  });

  it('shows one rule alone', () => {
    expect(panelRows(FINDINGS, 'alpha')).toHaveLength(2);
    expect(panelRows(FINDINGS, 'gone')).toEqual([]);
  });

  it('keeps a finding at its key when the checks run again', () => {
    const keys = (findings: readonly Finding[]) => panelRows(findings, null).map(({ key }) => key);
    expect(keys([...FINDINGS].reverse()).toSorted()).toEqual(keys(FINDINGS).toSorted());
    expect(new Set(keys(FINDINGS)).size).toBe(keys(FINDINGS).length);
  });
});

describe('counts and marks', () => {
  it('count the rules that found something', () => {
    const counts = ruleCounts(FINDINGS, [rule('alpha'), rule('heading'), rule('overlap')]);
    expect(counts.map(([{ rule: name }, count]) => [name, count])).toEqual([
      ['alpha', 1],
      ['overlap', 2],
    ]);
  });

  it('mark each frame with its gravest finding', () => {
    expect(Object.fromEntries(severityOfFrames(FINDINGS))).toEqual({
      1: 'warning',
      2: 'warning',
      7: 'error',
    });
  });

  it('say what is worst', () => {
    expect(worstSeverity(FINDINGS)).toBe('error');
    expect(worstSeverity([])).toBeNull();
  });
});
