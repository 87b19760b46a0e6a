import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';

import type { ProjectId, SceneId } from '../../model/ids';
import { type Answers, renderInApp, stubServer } from '../../ui/testing';
import { ExportDialog } from './export_dialog';

const JOB = {
  id: 'j1',
  kind: 'export',
  project_id: 'p',
  state: 'done',
  progress: 1,
  message: '',
  error: null,
  result: {
    download_url: '/api/jobs/j1/download',
    file_name: 'labels.zip',
    scenes: 1,
    rows: 455,
    losses: [],
  },
  created_at: '2026-05-04T12:00:00Z',
  started_at: null,
  finished_at: null,
};

const ANSWERS: Answers = {
  'GET /api/formats': {
    json: [
      {
        name: 'kitti-raw',
        title: 'KITTI raw',
        can_read_scenes: true,
        can_read_labels: false,
        can_write_labels: false,
      },
      {
        name: 'kitti-object',
        title: 'KITTI object',
        can_read_scenes: true,
        can_read_labels: true,
        can_write_labels: true,
      },
      {
        name: 'kitti-tracking',
        title: 'KITTI tracking',
        can_read_scenes: true,
        can_read_labels: true,
        can_write_labels: true,
      },
    ],
  },
  'GET /api/projects/p/scenes': { json: [{ id: 's1', name: '0003', format: 'kitti-tracking' }] },
  'POST /api/projects/p/export/check': {
    json: {
      scenes: 1,
      cuboids: 197,
      unconfirmed: 12,
      categories: [{ name: 'Car', tracks: 4, is_known: true, suggestion: null }],
      format_categories: ['Car'],
      losses: [{ message: 'tilt above 2° is lost', count: 3 }],
    },
  },
  'POST /api/projects/p/export': { status: 202, json: { ...JOB, state: 'queued', result: null } },
  'GET /api/jobs/j1': { json: JOB },
};

function open(answers: Answers) {
  const asked = stubServer(answers);
  renderInApp(
    <ExportDialog projectId={'p' as ProjectId} sceneId={'s1' as SceneId} isOpen onClose={() => undefined} />,
  );
  return asked;
}

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it('shows what is lost before it writes, then offers the file', async () => {
  const asked = open(ANSWERS);
  const check = await screen.findByTestId('export-check');
  expect(check.textContent).toContain('197 cuboids · 1 scene');
  expect(screen.getByTestId('export-losses').textContent).toContain('tilt above 2° is lost');
  expect(asked.some(({ path }) => path === '/api/projects/p/export')).toBe(false);

  fireEvent.click(screen.getByTestId('export-unconfirmed'));
  fireEvent.click(screen.getByTestId('export-start'));
  const link = await screen.findByTestId<HTMLAnchorElement>('export-download');
  expect(link.getAttribute('href')).toBe('/api/jobs/j1/download');
  expect(asked.find(({ path }) => path === '/api/projects/p/export')?.body).toEqual({
    format: 'kitti-tracking',
    scene_ids: ['s1'],
    sources: null,
    categories: null,
    include_unconfirmed: true,
    derive_2d: 'missing',
    mapping: null,
    unknown: 'keep',
  });
});

it('does not write an export of nothing', async () => {
  const nothing = {
    scenes: 1,
    cuboids: 0,
    unconfirmed: 0,
    categories: [],
    format_categories: [],
    losses: [],
  };
  open({ ...ANSWERS, 'POST /api/projects/p/export/check': { json: nothing } });
  await screen.findByText('These choices leave nothing to export.');
  await waitFor(() => expect(screen.getByTestId<HTMLButtonElement>('export-start').disabled).toBe(true));
});
