import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { FrameLoop } from './frame_loop';

let waiting: FrameRequestCallback[] = [];

beforeEach(() => {
  waiting = [];
  vi.stubGlobal('requestAnimationFrame', (callback: FrameRequestCallback) => waiting.push(callback));
});

afterEach(() => {
  vi.unstubAllGlobals();
});

function repaint(): void {
  const callbacks = waiting;
  waiting = [];
  callbacks.forEach((callback) => callback(0));
}

test('many requests are one step, before the next repaint', () => {
  const step = vi.fn(() => false);
  const loop = new FrameLoop(step);
  loop.request();
  loop.request();
  expect(step).not.toHaveBeenCalled();
  repaint();
  repaint();
  expect(step).toHaveBeenCalledTimes(1);
});

test('a hurried step is taken at once, and instead of the one that was asked for', () => {
  const step = vi.fn(() => false);
  const loop = new FrameLoop(step);
  loop.request();
  loop.hurry();
  expect(step).toHaveBeenCalledTimes(1);
  repaint();
  expect(step).toHaveBeenCalledTimes(1);
});

test('between two repaints there is one hurried step at most, and none is lost', () => {
  const step = vi.fn(() => false);
  const loop = new FrameLoop(step);
  loop.hurry();
  loop.hurry();
  loop.hurry();
  expect(step).toHaveBeenCalledTimes(1);
  repaint();
  expect(step).toHaveBeenCalledTimes(2);
  loop.hurry();
  expect(step).toHaveBeenCalledTimes(3);
});

test('a step that goes on hears whether anybody else asked', () => {
  const asked: boolean[] = [];
  const loop = new FrameLoop((_seconds, isAsked) => {
    asked.push(isAsked);
    return asked.length < 3;
  });
  loop.request();
  repaint();
  repaint();
  loop.request();
  repaint();
  repaint();
  expect(asked).toEqual([true, false, true]);
});
