import { describe, expect, it } from 'vitest';

import type { JobId, ProjectId, SceneId } from '../../model/ids';
import type { Job } from '../../model/scene';
import { newer } from '../jobs/use_job';
import { exportBody, exportResult, initialChoices } from './export_choices';

const scene = 'scene-1' as SceneId;

function job(change: Partial<Job>): Job {
  return {
    id: 'j' as JobId,
    kind: 'export',
    project_id: 'p' as ProjectId,
    state: 'done',
    progress: 1,
    message: '',
    error: null,
    result: null,
    created_at: '2026-05-04T12:00:00Z',
    started_at: null,
    finished_at: null,
    ...change,
  };
}

describe('exportBody', () => {
  it('takes null for "all"', () => {
    expect(exportBody(initialChoices('kitti-tracking', null))).toEqual({
      format: 'kitti-tracking',
      scene_ids: null,
      sources: null,
      categories: null,
      include_unconfirmed: false,
      derive_2d: 'missing',
      mapping: null,
      unknown: 'keep',
    });
  });

  it('names the scenes and sources that were chosen', () => {
    const choices = { ...initialChoices('kitti-tracking', scene), sources: ['human'] as const };
    expect(exportBody(choices)).toMatchObject({ scene_ids: [scene], sources: ['human'] });
  });

  it('asks for nothing while nothing is chosen', () => {
    expect(exportBody({ ...initialChoices('kitti-tracking', scene), sceneIds: [] })).toBeNull();
    expect(exportBody(initialChoices('', null))).toBeNull();
  });
});

describe('exportResult', () => {
  it('reads a finished job', () => {
    const result = {
      download_url: '/api/jobs/j/download',
      file_name: 'drive.zip',
      scenes: 2,
      rows: 310,
      losses: [{ message: 'tilt', count: 3 }, 'nonsense'],
    };
    expect(exportResult(job({ result }))).toEqual({
      downloadUrl: '/api/jobs/j/download',
      fileName: 'drive.zip',
      scenes: 2,
      rows: 310,
      losses: [{ message: 'tilt', count: 3 }],
    });
  });

  it('offers no link elsewhere, and none before the end', () => {
    expect(exportResult(job({ result: { download_url: 'javascript:alert(1)' } }))).toBeNull();
    expect(exportResult(job({ state: 'running' }))).toBeNull();
    expect(exportResult(job({}))).toBeNull();
    expect(exportResult(undefined)).toBeNull();
  });
});

describe('newer', () => {
  it('keeps a finished job finished when a late message arrives', () => {
    const done = job({ state: 'done' });
    expect(newer(done, job({ state: 'running' }))).toBe(done);
    expect(newer(job({ state: 'running' }), done)).toBe(done);
    expect(newer(undefined, done)).toBe(done);
  });
});
