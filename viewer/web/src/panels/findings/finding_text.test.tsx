import { describe, expect, it } from 'vitest';

import type { Finding, FindingRule, Severity } from '../../api/types';
import { createI18n } from '../../i18n/i18n';
import type { TrackId } from '../../model/ids';
import { findingText, ruleTitle } from './finding_text';

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

describe('findingText', () => {
  const off = found('edge_difference', 'error', 3, {
    details: { camera: 'image_02', side: 'left', difference_px: -12.34, tolerance_px: 2.5, kind: 'given' },
  });

  it('speaks the language of the screen', () => {
    const en = createI18n('en');
    expect(findingText(en, en.t, off)).toBe('image_02: left edge 12.3 px off (limit 2.5)');
    const ko = createI18n('ko');
    expect(findingText(ko, ko.t, off)).toBe('image_02: 왼쪽 변 12.3 px 차이 (허용 2.5)');
    expect(ruleTitle(ko, ko.t, 'overlap', [])).toBe('큐보이드 겹침');
  });

  it('tells the cases of a rule apart and shows shares in percent', () => {
    const en = createI18n('en');
    const missing = found('missing_projection', 'warning', 1, {
      details: { camera: 'front', case: 'outside' },
    });
    expect(findingText(en, en.t, missing)).toContain('the cuboid lies outside');
    const hidden = found('occlusion', 'warning', 1, { details: { level: 0, visible_share: 0.333 } });
    expect(findingText(en, en.t, hidden)).toContain('33 % clear');
  });

  it('falls back to the sentence of a rule that this page does not know', () => {
    const en = createI18n('en');
    expect(findingText(en, en.t, found('brand_new', 'info', 4))).toBe('brand_new in 4');
    expect(ruleTitle(en, en.t, 'brand_new', [rule('brand_new')])).toBe('Title of brand_new');
    expect(ruleTitle(en, en.t, 'brand_new', [])).toBe('brand_new');
  });
});
