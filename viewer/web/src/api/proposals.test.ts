import { afterEach, expect, it, vi } from 'vitest';

import type { CuboidId, SceneId, TrackId } from '../model/ids';
import type { Cuboid, Track } from '../model/records';
import { proposalsFor } from './proposals';

const box = {
  ego_from_object: { quat_wxyz: [1, 0, 0, 0], translation_m: [9, 0, 0] },
  size_lwh_m: [4, 2, 1.5],
} as const;
const key: Cuboid = {
  ...box,
  id: 'k' as CuboidId,
  track_id: 't' as TrackId,
  frame_index: 3,
  source: 'human',
  confirmed_by: null,
  score: null,
  attributes: {},
  ends_segment: false,
};
const track: Track = {
  id: 't' as TrackId,
  external_id: null,
  category: 'Car',
  is_rigid: true,
  is_static: false,
  first_frame: 3,
  last_frame: 3,
  interpolate_in: 'world',
  attributes: {},
};
const asked: { url: string; body: unknown }[] = [];

function answerWith(answer: unknown): void {
  asked.length = 0;
  vi.stubGlobal('fetch', (url: string, init?: RequestInit) => {
    asked.push({ url, body: typeof init?.body === 'string' ? JSON.parse(init.body) : null });
    return Promise.resolve(Response.json(answer));
  });
}

afterEach(() => {
  vi.unstubAllGlobals();
});

it('says rear to the server and back to the viewer', async () => {
  answerWith({ box, confidence: 0.7, supported_faces: ['rear', 'left'], point_count: 40, reason: null });
  const proposer = proposalsFor('a b' as SceneId);
  const fitted = await proposer.refit(3, { box: key, category: 'Car', what: 'back' });
  expect(fitted.supported_faces).toEqual(['back', 'left']);
  expect(asked).toEqual([
    {
      url: '/api/scenes/a%20b/frames/3/refit',
      body: { box, category: 'Car', what: 'rear' },
    },
  ]);
});

it('asks for one track with a body and for all without', async () => {
  answerWith({ revision: 3, tracks: [] });
  const proposer = proposalsFor('s' as SceneId);
  await proposer.motion();
  await proposer.motion({ track, keys: [key] });
  expect(asked.map(({ body }) => body !== null)).toEqual([false, true]);
});
