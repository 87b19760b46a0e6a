import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';

import type { ProjectId } from '../../model/ids';
import { type Answers, renderInApp, stubServer } from '../../ui/testing';
import { sourceOf } from './merge_choices';
import { MergeDialog } from './merge_dialog';

const COUNTS = {
  tracks_added: 3,
  tracks_matched: 5,
  tracks_updated: 0,
  tracks_removed: 0,
  cuboids_added: 41,
  cuboids_updated: 17,
  cuboids_removed: 0,
  cuboids_same: 2,
  cuboids_kept: 9,
  categories_kept: 0,
  image_boxes_added: 0,
  image_boxes_updated: 0,
  image_boxes_removed: 0,
  frame_states_added: 0,
};
const REPORT = {
  scenes: 1,
  counts: COUNTS,
  unmatched_frames: 4,
  categories: [{ name: 'truck', tracks: 1, is_known: false, suggestion: 'Truck' }],
  project_categories: ['Truck'],
  problems: [{ path: '0003', message: 'frames are matched by time' }],
};
const JOB = {
  id: 'j1',
  kind: 'merge',
  project_id: 'p',
  state: 'done',
  progress: 1,
  message: 'done',
  error: null,
  result: null,
  created_at: '2026-05-04T12:00:00Z',
  started_at: null,
  finished_at: null,
};
const ANSWERS: Answers = {
  'GET /api/formats': { json: [] },
  'GET /api/projects/p/scenes': { json: [{ id: 's1', name: '0003', format: 'kitti-tracking' }] },
  'POST /api/projects/p/merge-labels/check': { json: REPORT },
  'POST /api/projects/p/merge-labels': { status: 202, json: { ...JOB, state: 'queued' } },
  'GET /api/jobs/j1': { json: JOB },
};

function open(answers: Answers) {
  const asked = stubServer(answers);
  renderInApp(<MergeDialog projectId={'p' as ProjectId} sceneId={null} isOpen onClose={() => undefined} />);
  fireEvent.change(screen.getByTestId('merge-path'), { target: { value: '/data/predictions' } });
  fireEvent.click(screen.getByTestId('merge-look'));
  return asked;
}

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it('shows what would change before anything does, then lets it happen', async () => {
  const asked = open(ANSWERS);
  await screen.findByTestId('merge-report');
  expect(screen.getByTestId('merge-cuboids').textContent).toBe('Cuboids4117–');
  expect(screen.getByTestId('merge-kept').textContent).toContain('9');
  expect(screen.getByTestId('merge-unmatched').textContent).toContain('4');
  expect(screen.getByTestId('merge-report').textContent).toContain('frames are matched by time');
  expect(asked.some(({ path }) => path === '/api/projects/p/merge-labels')).toBe(false);

  expect(screen.getByTestId<HTMLInputElement>('category-truck').value).toBe('Truck (suggested)');
  fireEvent.click(screen.getByTestId('category-truck'));
  fireEvent.click(screen.getByRole('option', { name: 'Leave out' }));
  fireEvent.change(screen.getByTestId('merge-model'), { target: { value: 'pillar@3' } });
  await waitFor(() => expect(screen.getByTestId<HTMLButtonElement>('merge-start').disabled).toBe(false));
  fireEvent.click(screen.getByTestId('merge-start'));
  await screen.findByTestId('merge-done');
  expect(asked.find(({ path }) => path === '/api/projects/p/merge-labels')?.body).toEqual({
    path: '/data/predictions',
    format: null,
    scene_ids: null,
    policy: 'match',
    min_iou: 0.5,
    source: 'model:pillar@3',
    mapping: { truck: null },
    unknown: 'keep',
  });
});

it('lets nothing happen where nothing would change', async () => {
  const nothing = Object.fromEntries(Object.keys(COUNTS).map((name) => [name, 0]));
  open({ ...ANSWERS, 'POST /api/projects/p/merge-labels/check': { json: { ...REPORT, counts: nothing } } });
  expect((await screen.findByTestId('merge-report')).textContent).toContain('Nothing would change.');
  expect(screen.getByTestId<HTMLButtonElement>('merge-start').disabled).toBe(true);
});

it('says in one line why a path holds no labels', async () => {
  const error = { error: { code: 'invalid', message: '/data: expected labels, found none' } };
  open({ ...ANSWERS, 'POST /api/projects/p/merge-labels/check': { status: 422, json: error } });
  expect((await screen.findByTestId('merge-error')).textContent).toBe('/data: expected labels, found none');
  expect(screen.queryByTestId('merge-start')).toBeNull();
});

it('makes a source of the name of a model', () => {
  expect(['', ' pillar ', 'pillar@3', 'model:my net@1.2'].map(sourceOf)).toEqual([
    null,
    'model:pillar@1',
    'model:pillar@3',
    'model:my-net@1.2',
  ]);
});
