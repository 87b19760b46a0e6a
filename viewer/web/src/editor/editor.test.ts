import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { corners, uprightBox, yawOfBox } from '../geometry/box';
import { distance } from '../geometry/vec3';
import type { TrackId } from '../model/ids';
import type { Box, Cuboid, Track } from '../model/records';
import type { Vec3 } from '../model/tuples';
import { MemoryJournal } from '../store/journal';
import { FakeServer, keyOf, sceneOf, trackOf } from '../store/testing';
import { Editor } from './editor';

const box = (x: number, size: Vec3 = [4, 2, 1.5]): Box => uprightBox([x, 2, 0], size, 0);

describe('Editor', () => {
  let server: FakeServer;
  let editor: Editor;
  let history: { readonly steps: number };

  async function open(
    records: { tracks?: readonly Track[]; cuboids?: readonly Cuboid[] } = {},
    scene = sceneOf(),
  ) {
    server = new FakeServer();
    server.changeByOther({ added: { tracks: records.tracks ?? [], cuboids: records.cuboids ?? [] } });
    editor = new Editor({ scene, transport: server, journal: new MemoryJournal(), delayMs: () => 1 });
    await editor.start();
    history = {
      get steps() {
        let count = 0;
        for (; editor.history.canUndo; count += 1) {
          editor.history.undo();
        }
        Array.from({ length: count }, () => editor.history.redo());
        return count;
      },
    };
  }

  const saved = () => vi.waitFor(() => expect(editor.sync.state).toBe('saved'));
  const framesOf = (trackId: string) => editor.store.keysOfTrack(trackId).map((key) => key.frame_index);
  const keyAt = (trackId: string, frame: number) =>
    editor.store.keysOfTrack(trackId).find((key) => key.frame_index === frame);
  const placeAt = (trackId: string, frame: number) =>
    editor.store.resolveTrack(trackId, frame)?.cuboid.ego_from_object.translation_m;

  beforeEach(() => open());
  afterEach(() => {
    editor.dispose();
    vi.useRealTimers();
  });

  describe('a new box', () => {
    it('is a track with one key, is selected, one undo step and one request', async () => {
      editor.goToFrame(3);
      const id = editor.addCuboid(box(10), 'Pedestrian');
      expect(editor.store.get('tracks', id)).toMatchObject({
        category: 'Pedestrian',
        is_rigid: false,
        first_frame: 3,
        last_frame: 3,
      });
      expect(editor.selected).toMatchObject({
        is_key: true,
        cuboid: { source: 'human', confirmed_by: 'human:local' },
      });
      await saved();
      expect(server.requests).toHaveLength(1);
      editor.undo();
      expect(editor.store.all('cuboids')).toEqual([]);
      await vi.waitFor(() => expect(server.tables.tracks.size).toBe(0));
    });

    it('gets keys in other frames that extend its life, and is derived between them', async () => {
      const id = editor.addCuboid(box(10));
      editor.goToFrame(11);
      editor.setBox(id, box(21));
      expect(editor.store.get('tracks', id)).toMatchObject({ first_frame: 0, last_frame: 11 });
      expect(framesOf(id)).toEqual([0, 11]);
      // In world it goes from 10 to 32 while ego drives 11 m: 1 m a frame towards ego's front.
      expect(placeAt(id, 5)?.[0]).toBeCloseTo(15, 9);
      await saved();
      expect([...server.tables.cuboids.values()]).toHaveLength(2);
    });
  });

  describe('a drag', () => {
    beforeEach(() => open({ tracks: [trackOf('a')], cuboids: [keyOf('a', 0), keyOf('a', 10)] }));

    it('is one undo step and one request, and computes from its snapshot', async () => {
      editor.goToFrame(5);
      editor.select('a' as TrackId);
      const snapshot = editor.beginGesture('history.move');
      expect(snapshot?.ego_from_object.translation_m[0]).toBeCloseTo(10, 9);
      Array.from({ length: 100 }, (_, index) => editor.updateGesture(box(10 + index)));
      expect(framesOf('a')).toEqual([0, 5, 10]);
      expect(server.requests).toHaveLength(0);
      editor.endGesture();
      await saved();
      expect(server.requests).toHaveLength(1);
      expect(history.steps).toBe(1);
      editor.undo();
      expect(framesOf('a')).toEqual([0, 10]);
    });

    it('leaves nothing when it is cancelled', () => {
      editor.select('a' as TrackId);
      editor.beginGesture('history.move');
      editor.updateGesture(box(30, [9, 9, 9]));
      editor.cancelGesture();
      expect(keyAt('a', 0)).toEqual(keyOf('a', 0));
      expect(keyAt('a', 10)).toEqual(keyOf('a', 10));
      expect(editor.history.canUndo).toBe(false);
      expect(editor.sync.pendingCount).toBe(0);
    });

    it('ends when the frame changes or another verb comes', () => {
      editor.select('a' as TrackId);
      editor.beginGesture('history.move');
      editor.updateGesture(box(11));
      editor.goToFrame(1);
      expect(editor.isGesturing).toBe(false);
      expect(placeAt('a', 0)?.[0]).toBe(11);
    });
  });

  describe("a rigid track's size", () => {
    // Ahead on the left, and behind on the right of the lidar.
    const ahead = keyOf('a', 0, 10);
    const behind = keyOf('a', 10, -10);
    beforeEach(() => open({ tracks: [trackOf('a')], cuboids: [ahead, behind] }));

    it('is one for all keys, each held at the corner nearest to the lidar', () => {
      editor.select('a' as TrackId);
      editor.setSize([5, 2.2, 1.7]);
      const lidar: Vec3 = [-0.8, 0.3, 0.8];
      const nearest = (each: Box) =>
        corners(each).reduce((best, corner) =>
          distance(corner, lidar) < distance(best, lidar) ? corner : best,
        );
      for (const before of [ahead, behind]) {
        const after = keyAt('a', before.frame_index) ?? ahead;
        expect(after.size_lwh_m).toEqual([5, 2.2, 1.7]);
        expect(distance(nearest(after), nearest(before))).toBeLessThan(1e-9);
      }
      expect(history.steps).toBe(1);
    });

    it('does not drift over a long drag of a face', () => {
      editor.select('a' as TrackId);
      editor.beginGesture('history.resize');
      Array.from({ length: 300 }, (_, index) => editor.updateGesture(box(10, [4 + Math.sin(index), 2, 1.5])));
      editor.updateGesture(box(10));
      editor.endGesture();
      expect(keyAt('a', 10)).toEqual(behind);
    });

    it('of a deformable one stays in its frame', async () => {
      const tracks = [trackOf('a', { is_rigid: false })];
      await open({ tracks, cuboids: [ahead, behind] });
      editor.select('a' as TrackId);
      editor.setSize([5, 2.2, 1.7]);
      expect(keyAt('a', 10)).toEqual(behind);
    });

    it('is not touched by a move', () => {
      editor.select('a' as TrackId);
      editor.nudge({ dx: 1 });
      expect(keyAt('a', 10)).toEqual(behind);
    });
  });

  describe('a static track', () => {
    beforeEach(() =>
      open({ tracks: [trackOf('a', { is_static: true, last_frame: 19 })], cuboids: [keyOf('a', 4, 20)] }),
    );

    it('keeps its single key wherever it is edited', () => {
      editor.goToFrame(9);
      expect(placeAt('a', 9)?.[0]).toBeCloseTo(15, 9);
      editor.setBox('a' as TrackId, box(16));
      expect(framesOf('a')).toEqual([4]);
      expect(placeAt('a', 9)?.[0]).toBeCloseTo(16, 9);
      expect(placeAt('a', 4)?.[0]).toBeCloseTo(21, 9);
    });

    it('takes a key of its own as a correction when one is asked for', () => {
      editor.goToFrame(9);
      editor.tracks.addKey('a' as TrackId);
      editor.setBox('a' as TrackId, box(15.2));
      expect(framesOf('a')).toEqual([4, 9]);
      expect(placeAt('a', 4)?.[0]).toBeCloseTo(20, 9);
    });
  });

  it('makes a key beyond the life where the object should be by then', async () => {
    await open({
      tracks: [trackOf('a', { last_frame: 2 })],
      cuboids: [keyOf('a', 0, 10), keyOf('a', 2, 12)],
    });
    editor.goToFrame(5);
    editor.tracks.addKey('a' as TrackId);
    expect(framesOf('a')).toEqual([0, 2, 5]);
    expect(placeAt('a', 5)?.[0]).toBeCloseTo(15, 9);
    expect(editor.store.get('tracks', 'a')?.last_frame).toBe(5);
  });

  describe('deleting', () => {
    beforeEach(() =>
      open({ tracks: [trackOf('a')], cuboids: [keyOf('a', 0, 10), keyOf('a', 5, 11), keyOf('a', 10, 12)] }),
    );
    const seen = () => Array.from({ length: 12 }, (_, frame) => frame).filter((frame) => placeAt('a', frame));

    it.each([0, 2, 5, 6, 10])('takes frame %i out and leaves every other one where it was', (frame) => {
      const before = seen().map((each) => [each, placeAt('a', each)?.[0]] as const);
      editor.goToFrame(frame);
      editor.tracks.deleteCuboid('a' as TrackId);
      expect(seen()).toEqual(before.map(([each]) => each).filter((each) => each !== frame));
      for (const [each, x] of before.filter(([each]) => each !== frame)) {
        expect(placeAt('a', each)?.[0]).toBeCloseTo(x ?? Number.NaN, 9);
      }
      expect(history.steps).toBe(1);
    });

    it('of the last key removes the track', async () => {
      await open({ tracks: [trackOf('a')], cuboids: [keyOf('a', 0)] });
      editor.select('a' as TrackId);
      editor.tracks.deleteCuboid();
      expect(editor.store.all('tracks')).toEqual([]);
      expect(editor.selectedTrackId).toBeNull();
    });

    it('of a static track in the middle leaves both sides', async () => {
      await open({ tracks: [trackOf('a', { is_static: true })], cuboids: [keyOf('a', 4, 20)] });
      editor.goToFrame(7);
      editor.tracks.deleteCuboid('a' as TrackId);
      expect(seen()).toEqual([0, 1, 2, 3, 4, 5, 6, 8, 9, 10]);
      expect(placeAt('a', 10)?.[0]).toBeCloseTo(14, 9);
    });

    it('of a track takes all of it', () => {
      editor.tracks.deleteTrack('a' as TrackId);
      expect([...editor.store.all('tracks'), ...editor.store.all('cuboids')]).toEqual([]);
      editor.undo();
      expect(framesOf('a')).toEqual([0, 5, 10]);
    });

    it('of a key alone lets the frame be derived, but never the last one', () => {
      editor.goToFrame(5);
      editor.tracks.toggleKey('a' as TrackId);
      expect(framesOf('a')).toEqual([0, 10]);
      editor.tracks.toggleKey('a' as TrackId);
      expect(framesOf('a')).toEqual([0, 5, 10]);
    });
  });

  describe('tracks and frames', () => {
    beforeEach(() =>
      open({
        tracks: [trackOf('a', { external_id: '1' }), trackOf('b', { external_id: '2' })],
        cuboids: [
          keyOf('a', 0, 30, { source: 'model:m@1' }),
          keyOf('a', 10, 30, { source: 'propagated' }),
          keyOf('b', 0, 12),
        ],
      }),
    );

    it('sets category, number and answers where they belong', () => {
      const id = 'a' as TrackId;
      editor.tracks.setCategory(id, 'Pedestrian');
      expect(editor.tracks.setTrackNumber(id, '2')).toBe(false);
      expect(editor.session.getState().notice).toMatchObject({ key: 'notice.number_taken' });
      expect(editor.tracks.setTrackNumber(id, ' 17 ')).toBe(true);
      editor.tracks.setAttribute(id, 'colour', 'red');
      editor.goToFrame(4);
      editor.tracks.setAttribute(id, 'occluded', 2);
      expect(editor.store.get('tracks', id)).toMatchObject({
        category: 'Pedestrian',
        is_rigid: false,
        external_id: '17',
        attributes: { colour: 'red' },
      });
      expect(keyAt('a', 4)?.attributes).toEqual({ occluded: 2 });
      editor.tracks.setAttribute(id, 'occluded', null);
      expect(keyAt('a', 4)?.attributes).toEqual({});
    });

    it('trims a life without moving what stays, and lengthens it as far as the scene goes', () => {
      const there = placeAt('a', 3)?.[0] ?? Number.NaN;
      editor.tracks.setLife('a' as TrackId, 3, 99);
      expect(editor.store.get('tracks', 'a')).toMatchObject({ first_frame: 3, last_frame: 19 });
      expect(framesOf('a')).toEqual([3, 10]);
      expect(placeAt('a', 3)?.[0]).toBeCloseTo(there, 9);
      editor.tracks.setLife('a' as TrackId, 15, 19);
      expect(editor.session.getState().notice).toMatchObject({ key: 'sequences.nothingLeft' });
      expect(framesOf('a')).toEqual([3, 10]);
    });

    it('confirms and goes on to the next that nobody has agreed with', () => {
      editor.select('b' as TrackId);
      editor.confirming.confirm();
      expect(keyAt('b', 0)?.confirmed_by).toBe('human:local');
      expect(editor.selectedTrackId).toBe('a');
      editor.confirming.confirm();
      expect([editor.frameIndex, editor.selectedTrackId]).toEqual([10, 'a']);
      editor.confirming.confirm();
      expect(editor.confirming.open).toEqual([]);
      expect([editor.frameIndex, editor.selectedTrackId]).toEqual([10, 'a']);
    });

    it('marks frames', () => {
      editor.frames.setState('done');
      expect(editor.store.get('frame_states', '0')).toEqual({ id: '0', frame_index: 0, state: 'done' });
      editor.frames.setState('empty');
      editor.frames.setState(null);
      expect(editor.store.all('frame_states')).toEqual([]);
    });

    it('copies to the next frame where the object goes', () => {
      editor.select('b' as TrackId);
      editor.tracks.copyToFrame();
      // Standing still in world while ego drives 1 m.
      expect(placeAt('b', 1)?.[0]).toBeCloseTo(11, 9);
      expect(editor.frameIndex).toBe(1);
      editor.setBox('b' as TrackId, box(12));
      editor.tracks.copyToFrame();
      // As fast as ego.
      expect(placeAt('b', 2)?.[0]).toBeCloseTo(12, 9);
    });

    it('goes through the objects by distance or as listed', () => {
      editor.selectNext();
      expect(editor.selectedTrackId).toBe('b');
      editor.selectNext();
      expect(editor.selectedTrackId).toBe('a');
      editor.selectNext();
      expect(editor.selectedTrackId).toBe('b');
      editor.session.setState({ selectionOrder: 'list', selectedTrackId: null });
      editor.selectPrevious();
      expect(editor.selectedTrackId).toBe('b');
      editor.selectPrevious();
      expect(editor.selectedTrackId).toBe('a');
    });

    it('goes from key to key, and no farther than the scene', () => {
      editor.select('a' as TrackId);
      editor.frames.nextKey();
      expect(editor.frameIndex).toBe(10);
      editor.frames.nextKey();
      expect(editor.frameIndex).toBe(10);
      editor.frames.previousKey();
      editor.frames.previous();
      expect(editor.frameIndex).toBe(0);
      editor.goToFrame(1000);
      expect(editor.frameIndex).toBe(19);
    });

    it('flips one key or all of them', () => {
      editor.select('a' as TrackId);
      editor.tracks.flipTrack();
      expect([0, 10].map((frame) => yawOfBox(keyAt('a', frame) ?? keyOf('a', 0)))).toEqual([
        -Math.PI,
        -Math.PI,
      ]);
      editor.flipHeading();
      expect(yawOfBox(keyAt('a', 0) ?? keyOf('a', 10))).toBeCloseTo(0, 9);
      expect(history.steps).toBe(2);
    });

    it('shows the frame in which undo changed something', () => {
      editor.goToFrame(10);
      editor.setBox('a' as TrackId, box(33));
      editor.goToFrame(0);
      editor.undo();
      expect(editor.frameIndex).toBe(10);
    });
  });

  describe('a held key', () => {
    beforeEach(() => open({ tracks: [trackOf('a')], cuboids: [keyOf('a', 0)] }));

    it('is one undo step and one request, closed when it is let go', async () => {
      editor.select('a' as TrackId);
      Array.from({ length: 20 }, () => editor.nudge({ dx: 0.1 }, { hold: true }));
      expect(editor.sync.pendingCount).toBe(0);
      editor.endHold();
      await saved();
      expect(server.requests).toHaveLength(1);
      expect(placeAt('a', 0)?.[0]).toBeCloseTo(12, 9);
      editor.undo();
      expect(placeAt('a', 0)?.[0]).toBe(10);
    });

    it('closes by itself after a pause', () => {
      vi.useFakeTimers();
      editor.select('a' as TrackId);
      editor.nudge({ dz: 0.1 }, { hold: true });
      vi.advanceTimersByTime(500);
      editor.nudge({ dz: 0.1 }, { hold: true });
      vi.advanceTimersByTime(500);
      expect(editor.isGesturing).toBe(true);
      vi.advanceTimersByTime(200);
      expect(editor.isGesturing).toBe(false);
      expect(editor.sync.pendingCount).toBe(1);
    });
  });

  it('plays at the speed of the drive, waits for frames that are not drawn, and stops at the end', () => {
    vi.useFakeTimers();
    editor.goToFrame(16);
    editor.frames.togglePlay();
    vi.advanceTimersByTime(100);
    expect(editor.frameIndex).toBe(17);
    editor.canAdvance = () => false;
    vi.advanceTimersByTime(1000);
    expect(editor.frameIndex).toBe(17);
    editor.canAdvance = () => true;
    vi.advanceTimersByTime(300);
    expect(editor.frameIndex).toBe(19);
    expect(editor.session.getState().isPlaying).toBe(false);
    editor.frames.togglePlay();
    expect(editor.frameIndex).toBe(0);
  });
});
