import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';

import type { ProjectId, SceneId } from '../../model/ids';
import { type Answers, renderInApp, stubServer } from '../../ui/testing';
import { movesOf } from './moves';
import { RelinkDialog } from './relink_dialog';

const SCENE = {
  scene_id: 's1' as SceneId,
  name: '0003',
  old_path: '/old/training',
  new_path: '/new/training',
  compared_files: 144,
  problems: [],
  changed_count: 0,
  changed: [],
};
const CHANGED = {
  ...SCENE,
  changed_count: 1,
  changed: [{ path: 'velodyne/0003/000001.bin', message: 'expected 3200 bytes, found 16' }],
};

function open(answers: Answers) {
  const asked = stubServer(answers);
  const onClose = vi.fn();
  renderInApp(<RelinkDialog projectId={'p' as ProjectId} folder="/old/training" onClose={onClose} />);
  fireEvent.change(screen.getByTestId('relink-new'), { target: { value: ' /new/training ' } });
  fireEvent.click(screen.getByTestId('relink-look'));
  return { asked, onClose };
}

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it('compares first, then moves', async () => {
  const found = { is_done: true, scenes: [SCENE] };
  const { asked, onClose } = open({ 'POST /api/projects/p/relink': { json: found } });
  expect((await screen.findByTestId('relink-report')).textContent).toContain('1 scene is the same there');
  const body = { old_root: '/old/training', new_root: '/new/training', with_changed: false };
  expect(asked.at(-1)?.body).toEqual({ ...body, dry_run: true });
  fireEvent.click(screen.getByTestId('relink-start'));
  await waitFor(() => expect(onClose).toHaveBeenCalled());
  expect(asked.at(-1)?.body).toEqual({ ...body, dry_run: false });
});

it('shows what differs, and moves it only where that is wanted', async () => {
  open({ 'POST /api/projects/p/relink': { json: { is_done: false, scenes: [CHANGED] } } });
  const report = await screen.findByTestId('relink-report');
  expect(report.textContent).toContain('1 scene is not the same there');
  expect(report.textContent).toContain('0003: velodyne/0003/000001.bin');
  expect(screen.getByTestId<HTMLButtonElement>('relink-start').disabled).toBe(true);
  fireEvent.click(screen.getByTestId('relink-with-changed'));
  expect(screen.getByTestId<HTMLButtonElement>('relink-start').disabled).toBe(false);
});

it('never moves what is another scene', () => {
  const other = { ...SCENE, problems: [{ path: '.', message: 'expected 3 frames, found 4' }] };
  expect(movesOf({ is_done: false, scenes: [SCENE, other] }, true)).toMatchObject({ same: 1, different: 1 });
});
