import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { useRef } from 'react';
import { afterEach, expect, it } from 'vitest';

import { useRegions } from './use_regions';

function Page() {
  const root = useRef<HTMLDivElement>(null);
  useRegions(root);
  return (
    <div ref={root}>
      <div data-region>
        <button>one</button>
        <button>two</button>
      </div>
      <div data-region>nothing to focus</div>
      <div data-region>
        <input aria-label="three" />
      </div>
    </div>
  );
}

afterEach(cleanup);

it('F6 goes from panel to panel, both ways, past those without controls', () => {
  render(<Page />);
  const press = (shiftKey: boolean) =>
    fireEvent.keyDown(document.activeElement ?? document.body, { key: 'F6', shiftKey });
  press(false);
  expect(document.activeElement).toBe(screen.getByText('one'));
  press(false);
  expect(document.activeElement).toBe(screen.getByLabelText('three'));
  press(false);
  expect(document.activeElement).toBe(screen.getByText('one'));
  press(true);
  expect(document.activeElement).toBe(screen.getByLabelText('three'));
});

it('gives the keyboard back after a button was clicked, but not after a key pressed it', () => {
  render(<Page />);
  const button = screen.getByText('two');
  button.focus();
  fireEvent.click(button, { detail: 0 });
  expect(document.activeElement).toBe(button);
  fireEvent.click(button, { detail: 1 });
  expect(document.activeElement).toBe(document.body);
  const field = screen.getByLabelText('three');
  field.focus();
  fireEvent.click(field, { detail: 1 });
  expect(document.activeElement).toBe(field);
});

it('Escape leaves a field', () => {
  render(<Page />);
  const field = screen.getByLabelText('three');
  field.focus();
  fireEvent.keyDown(field, { key: 'Escape' });
  expect(document.activeElement).toBe(document.body);
});
