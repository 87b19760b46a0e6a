import { cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { renderInApp } from '../../ui/testing';
import { NumberField } from './number_field';

const onCommit = vi.fn();

function field(): HTMLInputElement {
  return screen.getByTestId<HTMLInputElement>('length');
}

beforeEach(() => {
  onCommit.mockClear();
  renderInApp(
    <NumberField
      label="l"
      title="Length"
      value={4.123456}
      unit="m"
      digits={2}
      step={0.05}
      least={0.05}
      most={200}
      testId="length"
      onCommit={onCommit}
    />,
  );
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it('keeps what was typed when Enter is pressed', () => {
  fireEvent.change(field(), { target: { value: '4,5' } });
  fireEvent.keyDown(field(), { key: 'Enter' });
  expect(onCommit).toHaveBeenCalledExactlyOnceWith(4.5);
});

it('does not round a box that was only looked at', () => {
  fireEvent.focus(field());
  fireEvent.change(field(), { target: { value: '4.12' } });
  fireEvent.blur(field());
  expect(onCommit).not.toHaveBeenCalled();
});

it('forgets at Escape', () => {
  fireEvent.change(field(), { target: { value: '9' } });
  fireEvent.keyDown(field(), { key: 'Escape' });
  expect(field().value).toBe('4.12');
  expect(onCommit).not.toHaveBeenCalled();
});

it('marks nonsense and never commits it', () => {
  fireEvent.change(field(), { target: { value: 'long' } });
  expect(field().getAttribute('aria-invalid')).toBe('true');
  fireEvent.blur(field());
  expect(onCommit).not.toHaveBeenCalled();
  expect(field().value).toBe('4.12');
});

it('steps with the arrow keys, ten times as far with Shift, and stays in its limits', () => {
  fireEvent.keyDown(field(), { key: 'ArrowUp' });
  expect(onCommit.mock.lastCall?.[0]).toBeCloseTo(4.173456, 9);
  fireEvent.keyDown(field(), { key: 'ArrowDown', shiftKey: true });
  expect(onCommit.mock.lastCall?.[0]).toBeCloseTo(3.623456, 9);
  fireEvent.change(field(), { target: { value: '-3' } });
  fireEvent.keyDown(field(), { key: 'Enter' });
  expect(onCommit.mock.lastCall?.[0]).toBe(0.05);
});
