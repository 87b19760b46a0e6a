/** What others have selected: shown wherever the object is shown. */
import { useMemo } from 'react';

import type { TrackId } from '../model/ids';
import type { Person } from '../model/scene';
import { useSession } from './editor_context';

export type PeopleByTrack = ReadonlyMap<TrackId, readonly Person[]>;

export function peopleByTrack(people: readonly Person[]): PeopleByTrack {
  const byTrack = new Map<TrackId, readonly Person[]>();
  for (const person of people) {
    const { selected_track_id: trackId } = person;
    if (trackId !== null) {
      byTrack.set(trackId, [...(byTrack.get(trackId) ?? []), person]);
    }
  }
  return byTrack;
}

export function usePeopleByTrack(): PeopleByTrack {
  const people = useSession((state) => state.people);
  return useMemo(() => peopleByTrack(people), [people]);
}
