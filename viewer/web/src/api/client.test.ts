import { afterEach, describe, expect, it, vi } from 'vitest';

import type { ProjectId, SceneId } from '../model/ids';
import { api, thumbnailUrl } from './client';
import { ApiError, messageOf } from './errors';

function answer(status: number, body: BodyInit | null, statusText = ''): void {
  vi.stubGlobal(
    'fetch',
    vi.fn(() => Promise.resolve(new Response(body, { status, statusText }))),
  );
}

async function failure(promise: Promise<unknown>): Promise<ApiError> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ApiError)) {
    throw new Error('expected an ApiError');
  }
  return error;
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('api', () => {
  it('gives JSON back', async () => {
    answer(200, JSON.stringify([{ id: 'p1' }]));
    expect(await api.listProjects()).toEqual([{ id: 'p1' }]);
  });

  it('asks with an encoded path and leaves out what is not given', async () => {
    answer(200, '{}');
    await api.getLabels('a/b' as SceneId);
    await api.getLabels('a' as SceneId, 7);
    const urls = vi.mocked(fetch).mock.calls.map(([url]) => url);
    expect(urls).toEqual(['/api/scenes/a%2Fb/labels', '/api/scenes/a/labels?since=7']);
  });

  it('takes 204 for done', async () => {
    answer(204, null);
    await expect(api.deleteScene('s' as SceneId)).resolves.toBeUndefined();
  });

  it('turns the error shape into an ApiError', async () => {
    const details = { base_revision: 3 };
    answer(
      409,
      JSON.stringify({ error: { code: 'stale_revision', message: 'Someone was faster', details } }),
    );
    const error = await failure(api.getScene('s' as SceneId));
    expect(error).toMatchObject({
      code: 'stale_revision',
      status: 409,
      message: 'Someone was faster',
      details,
    });
  });

  it('never shows a page of HTML or a stack trace', async () => {
    answer(500, '<html>Traceback (most recent call last)…</html>', 'Internal Server Error');
    expect((await failure(api.health())).message).toBe('500 Internal Server Error');
    answer(500, JSON.stringify({ error: { code: 'internal', message: 'It broke\n  File "x.py", line 3' } }));
    expect((await failure(api.health())).message).toBe('It broke');
    answer(200, 'not json');
    expect((await failure(api.health())).code).toBe('no_json');
  });

  it('says offline when nothing answers, or only a gateway does', async () => {
    vi.stubGlobal(
      'fetch',
      vi.fn(() => Promise.reject(new TypeError('Failed to fetch'))),
    );
    expect((await failure(api.listScenes('p' as ProjectId))).isOffline).toBe(true);
    answer(503, 'down', 'Service Unavailable');
    expect((await failure(api.health())).isOffline).toBe(true);
  });
});

describe('messageOf', () => {
  it('is one line, whatever was thrown', () => {
    expect(messageOf(new Error('first\nsecond'))).toBe('first');
    expect(messageOf('text')).toBe('text');
    expect(messageOf(42)).toBe('Unknown error');
    expect(messageOf(new RangeError(''))).toBe('RangeError');
  });
});

describe('thumbnailUrl', () => {
  it('keeps the version in the address', () => {
    expect(thumbnailUrl('/api/x?v=1', 480)).toBe('/api/x?v=1&width=480');
    expect(thumbnailUrl('/api/x', 480)).toBe('/api/x?width=480');
  });
});
