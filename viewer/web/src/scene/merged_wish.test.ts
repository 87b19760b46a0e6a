import { describe, expect, it } from 'vitest';

import { progressOf } from './merged_wish';
import { cloudOf } from './test_clouds';

describe('progressOf', () => {
  it('waits without a cloud, and has nothing to tell of none', () => {
    expect(progressOf(cloudOf([[0, 0, 0]]), true, true)).toMatchObject({ state: 'waiting', isMerged: true });
    expect(progressOf(null, false, false)).toBeNull();
  });

  it('tells how far a cloud has come, what it is made of, and what was left out', () => {
    const merged = { sweeps: 400, of: 1200, share: 0.25 };
    const cloud = cloudOf([[0, 0, 0]], {
      total_count: 4,
      dropped_count: 7,
      merged,
      age_ms: Int16Array.of(-1500),
    });
    expect(progressOf(cloud, false, true)).toEqual({
      state: 'filling',
      count: 1,
      total: 4,
      dropped: 7,
      isMerged: true,
      merged,
      ageSpan_s: 1.5,
    });
    expect(progressOf({ ...cloud, count: 4 }, false, true)?.state).toBe('full');
  });
});
