import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { merged, throttled } from './throttle';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function source() {
  const listeners = new Set<() => void>();
  return {
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    fire: () => listeners.forEach((listener) => listener()),
    count: () => listeners.size,
  };
}

describe('throttled', () => {
  it('calls at once, then once for a burst', () => {
    const { subscribe, fire } = source();
    const heard = vi.fn();
    throttled(subscribe, 100)(heard);
    fire();
    expect(heard).toHaveBeenCalledTimes(1);
    for (let move = 0; move < 50; move += 1) {
      fire();
    }
    expect(heard).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(100);
    expect(heard).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(1000);
    expect(heard).toHaveBeenCalledTimes(2);
  });

  it('is silent after it was stopped, though a call was due', () => {
    const { subscribe, fire, count } = source();
    const heard = vi.fn();
    const stop = throttled(subscribe, 100)(heard);
    fire();
    fire();
    stop();
    vi.advanceTimersByTime(1000);
    expect(heard).toHaveBeenCalledTimes(1);
    expect(count()).toBe(0);
  });
});

describe('merged', () => {
  it('hears all and stops all', () => {
    const one = source();
    const two = source();
    const heard = vi.fn();
    const stop = merged(one.subscribe, two.subscribe)(heard);
    one.fire();
    two.fire();
    expect(heard).toHaveBeenCalledTimes(2);
    stop();
    expect(one.count() + two.count()).toBe(0);
  });
});
