import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';

import type { ProjectId } from '../../model/ids';
import { type Answers, type Asked, renderInApp, stubServer } from '../../ui/testing';
import { ImportDialog } from './import_dialog';

const REPORT = {
  format: 'kitti-tracking',
  scenes: [
    {
      name: '0003',
      frames: 72,
      tracks: 6,
      labels: 197,
      ignored: 258,
      sequential: true,
      poses: false,
      is_known: false,
      lidars: [{ name: 'velodyne', frames: 72, points: 1234 }],
      cameras: [{ name: 'image_02', frames: 72, width: 1242, height: 375 }],
    },
  ],
  guesses: [
    {
      question: 'intensity',
      text: 'What is full intensity?',
      choices: ['1', '255'],
      answer: '1',
      why: 'none of 600 points is above 1',
      is_sure: false,
    },
  ],
  categories: [
    { name: 'Car', tracks: 4, is_known: true, suggestion: null },
    { name: 'vehicle.bus', tracks: 2, is_known: false, suggestion: 'Truck' },
  ],
  project_categories: ['Car', 'Truck'],
  registration: 'KISS-ICP is not installed',
  problems: [
    { path: 'velodyne/0003/000007.bin', message: 'expected a multiple of 16 bytes, found 1003' },
    { path: 'image_02/0003', message: '2 of 72 frames have no image' },
  ],
};

const JOB = {
  id: 'j1',
  kind: 'import',
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
  'GET /api/formats': {
    json: [
      {
        name: 'kitti-tracking',
        title: 'KITTI tracking',
        can_read_scenes: true,
        can_read_labels: true,
        can_write_labels: true,
      },
    ],
  },
  'POST /api/inspect': { json: REPORT },
  'POST /api/projects/p/import': { status: 202, json: { ...JOB, state: 'queued', progress: 0 } },
  'GET /api/jobs/j1': { json: JOB },
};

function open(answers: Answers) {
  const asked = stubServer(answers);
  renderInApp(<ImportDialog projectId={'p' as ProjectId} isOpen onClose={() => undefined} />);
  fireEvent.change(screen.getByTestId('import-path'), { target: { value: ' /data/kitti ' } });
  fireEvent.click(screen.getByTestId('import-inspect'));
  return asked;
}

/** Opens a list and takes the option of that text. */
function choose(testId: string, option: string): void {
  fireEvent.click(screen.getByTestId(testId));
  fireEvent.click(screen.getByRole('option', { name: option }));
}

const bodyOfImport = (asked: readonly Asked[]) => asked.find(({ path }) => path.endsWith('/import'))?.body;

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it('shows what would be imported and every problem, then imports and says so', async () => {
  const asked = open(ANSWERS);
  const report = await screen.findByTestId('inspect-report');
  expect(report.textContent).toContain('Detected: KITTI tracking');
  expect(report.textContent).toContain('0003');
  for (const { path, message } of REPORT.problems) {
    expect(report.textContent).toContain(path);
    expect(report.textContent).toContain(message);
  }
  expect(asked.some(({ path }) => path.endsWith('/import'))).toBe(false);

  fireEvent.click(screen.getByTestId('import-with-labels'));
  fireEvent.click(screen.getByTestId('import-start'));
  expect((await screen.findByTestId('import-dialog')).textContent).toBeDefined();
  await screen.findByText('The scenes are in the project.');
  expect(asked.find(({ path }) => path.endsWith('/import'))?.body).toEqual({
    path: '/data/kitti',
    format: 'kitti-tracking',
    with_labels: false,
    assume: {},
    mapping: null,
    unknown: 'keep',
    trajectory: 'given',
  });
});

it('shows what the format leaves open and why, looks again with an answer, and imports with it', async () => {
  const asked = open(ANSWERS);
  const guesses = await screen.findByTestId('guesses');
  expect(guesses.textContent).toContain('What is full intensity?');
  expect(guesses.textContent).toContain('none of 600 points is above 1');
  choose('guess-intensity', '255');
  await waitFor(() => expect(asked.filter(({ path }) => path === '/api/inspect')).toHaveLength(2));
  expect(asked.findLast(({ path }) => path === '/api/inspect')?.body).toEqual({
    path: '/data/kitti',
    format: null,
    assume: { intensity: '255' },
    project_id: 'p',
  });
  expect(screen.getByTestId('guesses')).toBeDefined();
  await waitFor(() => expect(screen.getByTestId<HTMLButtonElement>('import-start').disabled).toBe(false));
  fireEvent.click(screen.getByTestId('import-start'));
  await screen.findByText('The scenes are in the project.');
  expect(bodyOfImport(asked)).toMatchObject({ assume: { intensity: '255' } });
});

it('asks what becomes of categories that the project lacks', async () => {
  const asked = open(ANSWERS);
  const choices = await screen.findByTestId('category-choices');
  expect(choices.textContent).toContain('vehicle.bus');
  expect(screen.queryByTestId('category-Car')).toBeNull();
  fireEvent.click(screen.getByTestId('use-suggested'));
  expect(screen.getByTestId<HTMLInputElement>('category-vehicle.bus').value).toBe('Truck (suggested)');
  choose('category-vehicle.bus', 'Leave out');
  fireEvent.click(screen.getByTestId('import-start'));
  await screen.findByText('The scenes are in the project.');
  expect(bodyOfImport(asked)).toMatchObject({ mapping: { 'vehicle.bus': null } });
});

it('says why poses cannot be made, and offers what can be had', async () => {
  const asked = open(ANSWERS);
  await screen.findByTestId('inspect-report');
  expect(screen.getByTestId('trajectory-hint').textContent).toContain('1 scene has none');
  expect(screen.getByTestId('trajectory-hint').textContent).toContain('KISS-ICP is not installed');
  choose('import-trajectory', 'Without poses');
  fireEvent.click(screen.getByTestId('import-start'));
  await screen.findByText('The scenes are in the project.');
  expect(bodyOfImport(asked)).toMatchObject({ trajectory: 'none' });
});

it('imports nothing that the project has already', async () => {
  const known = { ...REPORT, scenes: REPORT.scenes.map((scene) => ({ ...scene, is_known: true })) };
  open({ ...ANSWERS, 'POST /api/inspect': { json: known } });
  expect((await screen.findByTestId('inspect-report')).textContent).toContain('in the project already');
  expect(screen.getByTestId<HTMLButtonElement>('import-start').disabled).toBe(true);
});

it('says in one line why a folder is no dataset', async () => {
  const message = '/data/kitti: expected a dataset, found none: looked for velodyne/, image_02/';
  open({ ...ANSWERS, 'POST /api/inspect': { status: 422, json: { error: { code: 'invalid', message } } } });
  expect((await screen.findByTestId('import-error')).textContent).toBe(message);
  expect(screen.queryByTestId('import-start')).toBeNull();
});

it('shows why a job failed', async () => {
  open({
    ...ANSWERS,
    'GET /api/jobs/j1': { json: { ...JOB, state: 'failed', error: 'the folder went away' } },
  });
  await screen.findByTestId('inspect-report');
  fireEvent.click(screen.getByTestId('import-start'));
  await waitFor(() => expect(screen.getByTestId('job-error').textContent).toContain('the folder went away'));
});
