import { expect, it } from 'vitest';

import type { TrackId } from '../model/ids';
import type { Person } from '../model/scene';
import { peopleByTrack } from './people';

const person = (name: string, trackId: string | null): Person => ({
  client_id: name,
  name,
  color: '#ffffff',
  frame_index: 0,
  selected_track_id: trackId as TrackId | null,
});

it('gathers who has the same object, and leaves out who has none', () => {
  const byTrack = peopleByTrack([person('a', 't1'), person('b', null), person('c', 't1'), person('d', 't2')]);
  const names = [...byTrack].map(([trackId, people]) => [trackId, people.map(({ name }) => name)]);
  expect(names).toEqual([
    ['t1', ['a', 'c']],
    ['t2', ['d']],
  ]);
});
