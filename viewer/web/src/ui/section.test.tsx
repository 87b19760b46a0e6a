import { cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';

import { Section } from './section';
import { renderInApp } from './testing';

afterEach(() => {
  cleanup();
  localStorage.clear();
  vi.unstubAllGlobals();
});

const show = () =>
  renderInApp(
    <Section title="About" name="about" isOpenAtFirst={false}>
      inside
    </Section>,
  );

it('folds, and is found again as it was left', () => {
  show();
  expect(screen.queryByText('inside')).toBeNull();
  fireEvent.click(screen.getByRole('button', { name: 'About', expanded: false }));
  expect(screen.getByText('inside')).toBeDefined();
  cleanup();
  show();
  expect(screen.getByRole('button', { name: 'About', expanded: true })).toBeDefined();
  expect(screen.getByText('inside')).toBeDefined();
});
