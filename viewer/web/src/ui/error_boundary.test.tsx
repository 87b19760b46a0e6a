import { cleanup, screen } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';

import { ErrorBoundary } from './error_boundary';
import { renderInApp } from './testing';

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function Broken(): never {
  throw new Error('points are gone\n    at Broken (secret_path.tsx:7)');
}

it('shows a page that helps, one line of the error, and no stack trace', () => {
  // React reports what a boundary caught; the test expects it.
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  renderInApp(
    <ErrorBoundary>
      <Broken />
    </ErrorBoundary>,
  );
  const page = screen.getByTestId('crash-page');
  expect(page.textContent).toContain('Your labels are safe');
  expect(page.textContent).toContain('points are gone');
  expect(page.textContent).not.toContain('secret_path');
  expect(screen.getByRole('button', { name: 'Reload' })).toBeDefined();
});

it('draws its children while all is well', () => {
  renderInApp(<ErrorBoundary>fine</ErrorBoundary>, 'ko');
  expect(screen.getByText('fine')).toBeDefined();
});
