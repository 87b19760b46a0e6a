import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { uprightBox } from '../geometry/box';
import type { TrackId } from '../model/ids';
import type { ExtendAnswer, PointsPerFrame } from '../model/proposals';
import type { Cuboid, Track } from '../model/records';
import { MemoryJournal } from '../store/journal';
import { FakeServer, keyOf, sceneOf, trackOf } from '../store/testing';
import { Editor } from './editor';
import { looksParked } from './motion';
import { noProposer, type Proposer } from './proposer';
import { seenLife } from './track_edits/seen';

const A = 'a' as TrackId;
const B = 'b' as TrackId;

describe('whole tracks', () => {
  let editor: Editor;

  async function open(
    tracks: readonly Track[],
    cuboids: readonly Cuboid[],
    proposer: Partial<Proposer> = {},
  ) {
    const server = new FakeServer();
    server.changeByOther({ added: { tracks, cuboids } });
    editor = new Editor({
      scene: sceneOf(),
      transport: server,
      journal: new MemoryJournal(),
      proposer: { ...noProposer, ...proposer },
      delayMs: () => 1,
    });
    await editor.start();
  }

  const framesOf = (id: string) => editor.store.keysOfTrack(id).map((key) => key.frame_index);
  const notice = () => editor.session.getState().notice?.key;

  beforeEach(() => open([trackOf('a')], [keyOf('a', 0), keyOf('a', 10)]));
  afterEach(() => editor.dispose());

  describe('carried on', () => {
    const answer = (frames: readonly number[], stopped_at: number | null): ExtendAnswer => ({
      cuboids: frames.map((frame_index) => ({
        frame_index,
        box: uprightBox([frame_index, 2, 0], [4, 2, 1.5], 0),
        confidence: 0.6,
        supported_faces: [],
        point_count: 40,
      })),
      revised_keys: [],
      stopped_at,
      reason: { code: 'no_points', values: {}, sentence: 'no points' },
      predicted_in: 'world',
      prior: { size_lwh_m: [4, 2, 1.5], source: 'box', track_count: 0 },
    });

    it('is one undo step of keys that nobody has agreed with, and says where it stopped', async () => {
      const track = trackOf('a', { last_frame: 3 });
      await open([track], [keyOf('a', 0), keyOf('a', 3, 12, { ends_segment: true })], {
        extend: () => Promise.resolve(answer([4, 5, 6], 7)),
      });
      editor.select(A);
      await editor.propagation.extend(['forward']);
      expect(framesOf('a')).toEqual([0, 3, 4, 5, 6]);
      expect(editor.store.keysOfTrack('a').map((key) => key.ends_segment)).toEqual(Array(5).fill(false));
      expect(editor.store.keysOfTrack('a')[4]).toMatchObject({
        source: 'propagated',
        confirmed_by: null,
        score: 0.6,
      });
      expect(editor.session.getState().extended).toMatchObject({
        trackId: 'a',
        stops: [{ frameIndex: 7, count: 3, reason: { code: 'no_points' } }],
      });
      editor.undo();
      expect(editor.store.get('tracks', 'a')).toEqual(track);
      expect(framesOf('a')).toEqual([0, 3]);
    });

    it('can be taken back while the server thinks', async () => {
      await open([trackOf('a')], [keyOf('a', 0)], {
        extend: (_, signal) =>
          new Promise((_resolve, reject) => {
            signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
          }),
      });
      editor.select(A);
      const asked = editor.propagation.extend(['forward']);
      expect(editor.session.getState().asking).not.toBeNull();
      expect(editor.propagation.cancel()).toBe(true);
      await asked;
      expect([editor.session.getState().asking, framesOf('a'), notice()]).toEqual([null, [0], undefined]);
      expect(editor.propagation.cancel()).toBe(false);
    });

    it('says in a line what the server refuses', async () => {
      editor.select(A);
      await editor.propagation.extend(['forward']);
      expect(notice()).toBe('sequences.refused');
      expect(framesOf('a')).toEqual([0, 10]);
    });
  });

  describe('what stands', () => {
    const seen = (first: number, last: number): PointsPerFrame => ({
      frames: Array.from({ length: 20 }, (_, frame_index) => ({
        frame_index,
        point_count: frame_index >= first && frame_index <= last ? 50 : 0,
        distance_m: 10,
      })),
      best_frame: first,
      is_complete: true,
    });

    it('is labelled once, wherever it is seen', async () => {
      await open([trackOf('a', { first_frame: 6, last_frame: 6 })], [keyOf('a', 6, 10)], {
        pointsPerFrame: () => Promise.resolve(seen(2, 15)),
      });
      editor.goToFrame(6);
      editor.select(A);
      await editor.propagation.labelOnce();
      expect(editor.store.get('tracks', 'a')).toMatchObject({
        is_static: true,
        first_frame: 2,
        last_frame: 15,
      });
      expect(framesOf('a')).toEqual([6]);
      expect(editor.store.resolveTrack('a', 9)?.cuboid.ego_from_object.translation_m[0]).toBeCloseTo(7, 9);
      editor.undo();
      expect(editor.store.get('tracks', 'a')).toMatchObject({
        is_static: false,
        first_frame: 6,
        last_frame: 6,
      });
    });

    it('is labelled once for its own life where the server is away, and moves again by the same key', async () => {
      editor.select(A);
      await editor.propagation.labelOnce();
      expect(notice()).toBe('sequences.labelledUnseen');
      expect(editor.store.get('tracks', 'a')).toMatchObject({ is_static: true, last_frame: 10 });
      editor.tracks.toggleStatic();
      expect(editor.store.get('tracks', 'a')?.is_static).toBe(false);
    });

    it('is noticed by its way in the world', async () => {
      await open(
        [trackOf('a', { last_frame: 15 }), trackOf('b', { last_frame: 15 })],
        [keyOf('a', 0, 20), keyOf('a', 15, 5.2), keyOf('b', 0, 20), keyOf('b', 15, 20)],
      );
      const [parked, moving] = ['a', 'b'].map((id) => editor.store.get('tracks', id) ?? trackOf(id));
      expect(parked && looksParked(editor.store, parked)?.moved_m).toBeCloseTo(0.2, 9);
      expect(moving && looksParked(editor.store, moving)).toBeNull();
    });

    it('may be hidden for a while, but not for long', () => {
      const at = (frame_index: number, point_count: number) => ({ frame_index, point_count, distance_m: 1 });
      const counts = [9, 0, 0, 9, 9, ...Array<number>(11).fill(0), 9];
      expect(
        seenLife(
          counts.map((count, frame) => at(frame, count)),
          3,
        ),
      ).toEqual([0, 4]);
      expect(seenLife([], 3)).toEqual([3, 3]);
    });
  });

  it('are thinned to what the server says is enough', async () => {
    const keys = [0, 1, 2, 3].map((frame) => keyOf('a', frame, 10));
    await open([trackOf('a', { last_frame: 3 })], keys, {
      thin: () => Promise.resolve({ keep: [0, 3], remove: [1, 2], made_static: false, answers_lost: 0 }),
    });
    editor.select(A);
    await editor.propagation.thin();
    expect(framesOf('a')).toEqual([0, 3]);
    expect(editor.session.getState().notice).toMatchObject({
      key: 'sequences.thinned',
      values: { count: 2, all: 4 },
    });
    editor.undo();
    expect(framesOf('a')).toEqual([0, 1, 2, 3]);
  });

  it('are snapped to their points', async () => {
    const box = (x: number) => uprightBox([x, 2, 0], [4, 2, 1.5], 0);
    await open([trackOf('a', { is_static: true })], [keyOf('a', 0, 10)], {
      snap: () =>
        Promise.resolve({
          keys: [
            { frame_index: 0, box: box(10), offset_m: 0 },
            { frame_index: 8, box: box(2.2), offset_m: 0.2 },
          ],
          frames_looked_at: 9,
          frames_bounded: [],
          reason: { code: 'snapped', values: {}, sentence: '' },
        }),
    });
    editor.select(A);
    await editor.propagation.snap();
    expect(framesOf('a')).toEqual([0, 8]);
    expect(editor.store.keysOfTrack('a')[0]).toEqual(keyOf('a', 0, 10));
  });

  it('are cut in two and joined again', () => {
    const before = editor.store.resolveTrack('a', 4)?.cuboid.ego_from_object;
    editor.select(A);
    editor.goToFrame(5);
    editor.tracks.split();
    const newId = editor.selectedTrackId;
    expect([newId === A, framesOf('a'), framesOf(newId ?? '')]).toEqual([false, [0, 4], [5, 10]]);
    editor.tracks.merge(A, newId ?? B);
    expect(editor.store.all('tracks').map(({ id }) => id)).toEqual(['a']);
    expect(editor.selectedTrackId).toBe('a');
    expect(editor.store.resolveTrack('a', 4)?.cuboid.ego_from_object).toEqual(before);
    editor.goToFrame(0);
    editor.tracks.split();
    expect(notice()).toBe('sequences.oneSide');
  });

  it('wait for the one to be merged with', async () => {
    await open(
      [trackOf('a'), trackOf('b'), trackOf('c')],
      [keyOf('a', 0, 10), keyOf('b', 2, 9), keyOf('c', 3, -40)],
    );
    const { session } = editor;
    editor.select(A);
    editor.tracks.beginMerge();
    expect(session.getState().mergingTrackId).toBe('a');
    editor.select(B);
    expect(session.getState()).toMatchObject({ mergingTrackId: null, merge: { intoId: 'a', otherId: 'b' } });
    session.setState({ merge: null });
    editor.select(A);
    editor.tracks.beginMerge();
    editor.tracks.beginMerge();
    expect(session.getState().merge).toEqual({ intoId: 'a', otherId: 'b' });
    session.setState({ merge: null });
    editor.tracks.beginMerge();
    expect(editor.tracks.cancelMerge()).toBe(true);
    editor.select(B);
    expect(session.getState().merge).toBeNull();
  });

  it('begin and end where a key says so', () => {
    editor.select(A);
    editor.goToFrame(3);
    editor.tracks.beginLifeHere();
    editor.goToFrame(7);
    editor.tracks.endLifeHere();
    expect([framesOf('a'), editor.store.resolveTrack('a', 2)]).toEqual([[3, 7], undefined]);
  });

  it('are confirmed as a whole, and the next one is shown', async () => {
    const machine = { source: 'propagated', score: 0.4 };
    await open(
      [trackOf('a'), trackOf('b')],
      [keyOf('a', 0, 10, machine), keyOf('a', 3, 10, machine), keyOf('b', 5, 12, machine)],
    );
    editor.select(A);
    expect(editor.confirming.open).toHaveLength(3);
    editor.confirming.confirmTrack();
    expect(editor.store.keysOfTrack('a').map((key) => key.confirmed_by)).toEqual([
      'human:local',
      'human:local',
    ]);
    expect([editor.frameIndex, editor.selectedTrackId]).toEqual([5, 'b']);
    editor.confirming.confirm();
    editor.select(null);
    editor.confirming.goToWork(1);
    expect(notice()).toBe('sequences.noWork');
    editor.select(A);
    editor.goToFrame(1);
    editor.confirming.goToWork(1);
    expect(editor.frameIndex).toBe(3);
  });
});
