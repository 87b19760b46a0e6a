import { cleanup, screen } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';

import { renderInApp, stubServer } from '../ui/testing';
import { useFormatTitle } from './formats';

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const TRACKING = {
  name: 'kitti-tracking',
  title: 'KITTI tracking',
  can_read_scenes: true,
  can_read_labels: true,
  can_write_labels: true,
};

function Title({ name }: { readonly name: string }) {
  return <p>{useFormatTitle(name)}</p>;
}

it('calls a format by its title, and one that the server does not know by its name', async () => {
  stubServer({ 'GET /api/formats': { json: [TRACKING] } });
  renderInApp(
    <>
      <Title name="kitti-tracking" />
      <Title name="simulation" />
    </>,
  );
  expect(await screen.findByText('KITTI tracking')).toBeDefined();
  expect(screen.getByText('simulation')).toBeDefined();
});
