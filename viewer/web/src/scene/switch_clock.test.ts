import { describe, expect, it } from 'vitest';

import { SwitchClock } from './switch_clock';

describe('SwitchClock', () => {
  it('measures from the first wish to the drawing of that frame', () => {
    let now = 100;
    const clock = new SwitchClock(() => now);
    clock.start(3);
    now = 120;
    clock.start(3);
    expect(clock.stop(2)).toBe(false);
    expect(clock.isIdle).toBe(false);
    now = 150;
    expect(clock.stop(3)).toBe(true);
    expect(clock.times).toEqual({ frameReadyAt: 150, lastSwitchMs: 50 });
    expect(clock.isIdle).toBe(true);
    expect(clock.stop(3)).toBe(false);
  });
});
