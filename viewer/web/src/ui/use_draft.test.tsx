import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { useDraft } from './use_draft';

const keep = vi.fn();

function Field() {
  const { text, field } = useDraft(keep);
  return <input value={text ?? 'before'} {...field} />;
}

function type(text: string): HTMLInputElement {
  const input = screen.getByRole<HTMLInputElement>('textbox');
  input.focus();
  fireEvent.change(input, { target: { value: text } });
  return input;
}

beforeEach(() => {
  keep.mockClear();
  render(<Field />);
});

afterEach(cleanup);

it('keeps what was typed once, at Enter and when the field is left', () => {
  fireEvent.keyDown(type('7'), { key: 'Enter' });
  expect(keep).toHaveBeenCalledExactlyOnceWith('7');
  type('8').blur();
  expect(keep).toHaveBeenLastCalledWith('8');
  expect(keep).toHaveBeenCalledTimes(2);
});

it('forgets it at Escape, although the field is left then too', () => {
  const input = type('7');
  fireEvent.keyDown(input, { key: 'Escape' });
  expect([document.activeElement === input, input.value]).toEqual([false, 'before']);
  expect(keep).not.toHaveBeenCalled();
});

it('keeps nothing where nothing was typed', () => {
  const input = screen.getByRole('textbox');
  input.focus();
  input.blur();
  expect(keep).not.toHaveBeenCalled();
});
