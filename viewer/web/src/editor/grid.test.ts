import { afterEach, describe, expect, it, vi } from 'vitest';

import { dragFace, moveInEgo, uprightBox, yawOfBox } from '../geometry/box';
import type { TrackId } from '../model/ids';
import type { FittedBox, RefitRequest } from '../model/proposals';
import type { Box, Cuboid, Track } from '../model/records';
import type { SceneDetail } from '../model/scene';
import { MemoryJournal } from '../store/journal';
import { FakeServer, keyOf, sceneOf, trackOf } from '../store/testing';
import { Editor } from './editor';
import { noProposer, type Proposer } from './proposer';

const A = 'a' as TrackId;
const refuse: Proposer['refit'] = () => Promise.reject(new Error('nobody to ask'));

const withClouds = (scene: SceneDetail): SceneDetail => ({
  ...scene,
  frames: scene.frames.map((frame) => ({ ...frame, points_url: `/points/${frame.index}` })),
});

function fittedTo(box: Box, fields: Partial<FittedBox> = {}): FittedBox {
  const prior = { size_lwh_m: box.size_lwh_m, source: 'box' as const, track_count: 0 };
  return {
    box,
    confidence: 0.8,
    supported_faces: ['back'],
    point_count: 100,
    reason: null,
    prior,
    ...fields,
  };
}

describe('GridVerbs', () => {
  let editor: Editor;
  let server: FakeServer;

  async function open(
    tracks: readonly Track[],
    cuboids: readonly Cuboid[],
    refit: Proposer['refit'] = refuse,
    scene = withClouds(sceneOf()),
  ) {
    server = new FakeServer();
    server.changeByOther({ added: { tracks, cuboids } });
    const proposer = { ...noProposer, refit };
    editor = new Editor({
      scene,
      transport: server,
      journal: new MemoryJournal(),
      proposer,
      delayMs: () => 1,
    });
    await editor.start();
    editor.select(A);
    editor.grid.open();
  }

  const threeKeys = () => open([trackOf('a')], [keyOf('a', 0, 10), keyOf('a', 5, 8), keyOf('a', 10, 10)]);
  const framesOf = () => editor.store.keysOfTrack(A).map((key) => key.frame_index);
  const placeAt = (frame: number) => editor.grid.resolved(frame)?.cuboid.ego_from_object.translation_m[0];
  const chosen = () => editor.grid.state?.frames;

  function steps(): number {
    let count = 0;
    for (; editor.history.canUndo; count += 1) {
      editor.history.undo();
    }
    Array.from({ length: count }, () => editor.history.redo());
    return count;
  }

  afterEach(() => editor.dispose());

  it('opens on the frame at hand, a little beyond the life, and needs an object', async () => {
    await open([trackOf('a', { first_frame: 5, last_frame: 10 })], [keyOf('a', 5), keyOf('a', 10)]);
    expect(editor.grid.shown).toEqual({ first: 2, last: 13 });
    expect(editor.grid.state).toMatchObject({ focus: 2, frames: [2] });
    editor.grid.close();
    editor.select(null);
    editor.grid.toggle();
    expect(editor.grid.isOpen).toBe(false);
    expect(editor.session.getState().notice).toMatchObject({ key: 'grid.selectFirst' });
  });

  it('chooses one frame, ranges and single ones', async () => {
    await threeKeys();
    editor.grid.choose(4);
    editor.grid.choose(7, 'range');
    expect(chosen()).toEqual([4, 5, 6, 7]);
    editor.grid.choose(5, 'toggle');
    editor.grid.choose(1, 'toggle');
    expect(chosen()).toEqual([1, 4, 6, 7]);
    editor.grid.columns = 4;
    editor.grid.move(4);
    expect(editor.grid.state).toMatchObject({ focus: 5, frames: [5] });
    editor.grid.move(-Infinity);
    expect(chosen()).toEqual([0]);
    editor.grid.choose(0, 'toggle');
    expect(chosen()).toEqual([0]);
    editor.grid.chooseAll();
    expect(chosen()).toHaveLength(11);
  });

  it('drags a face in another frame than the current one, and derived neighbours follow at once', async () => {
    await open([trackOf('a', { is_rigid: false })], [keyOf('a', 0, 10), keyOf('a', 10, 10)]);
    const before = placeAt(4) ?? 0;
    const snapshot = editor.beginGesture('history.move', undefined, 5);
    expect(snapshot).not.toBeNull();
    editor.updateGesture(moveInEgo(snapshot ?? keyOf('a', 5), [1, 0, 0]));
    expect(placeAt(4)).toBeCloseTo(before + 0.8, 9);
    editor.updateGesture(dragFace(snapshot ?? keyOf('a', 5), 'front', 0.5));
    editor.endGesture();
    expect(editor.frameIndex).toBe(0);
    expect(framesOf()).toEqual([0, 5, 10]);
    expect(editor.grid.resolved(5)?.cuboid.size_lwh_m[0]).toBeCloseTo(4.5, 9);
    expect(steps()).toBe(1);
  });

  it('nudges and turns all chosen frames as one step, and a held key as one, too', async () => {
    await threeKeys();
    const before = [0, 5, 7, 10].map(placeAt);
    editor.grid.choose(5);
    editor.grid.choose(7, 'range');
    Array.from({ length: 4 }, () => editor.nudge({ dx: 0.5 }, { hold: true }));
    editor.endHold();
    expect(placeAt(5)).toBeCloseTo((before[1] ?? 0) + 2, 9);
    expect(placeAt(7)).toBeCloseTo((before[2] ?? 0) + 2, 9);
    expect([placeAt(0), placeAt(10)]).toEqual([before[0], before[3]]);
    expect(framesOf()).toEqual([0, 5, 6, 7, 10]);
    expect(steps()).toBe(1);
    editor.flipHeading();
    expect([5, 6, 7].map((frame) => yawOfBox(editor.grid.resolved(frame)?.cuboid ?? keyOf('a', 0)))).toEqual([
      -Math.PI,
      -Math.PI,
      -Math.PI,
    ]);
    expect(steps()).toBe(2);
  });

  it('keeps one size for a rigid track, whichever frames are chosen', async () => {
    await threeKeys();
    editor.grid.choose(0);
    editor.grid.choose(5, 'toggle');
    editor.resizeFace('front', 0.3);
    expect(editor.store.keysOfTrack(A).map((key) => key.size_lwh_m[0])).toEqual([4.3, 4.3, 4.3]);
  });

  it('interpolates between the chosen ends, across a gap as well', async () => {
    await open(
      [trackOf('a')],
      [keyOf('a', 0, 10), keyOf('a', 3, 8, { ends_segment: true }), keyOf('a', 6, 8), keyOf('a', 10, 10)],
    );
    expect(editor.grid.resolved(4)).toBeUndefined();
    editor.grid.choose(3);
    editor.grid.choose(10, 'range');
    editor.grid.interpolate();
    expect(framesOf()).toEqual([0, 3, 10]);
    expect(editor.grid.resolved(4)).toBeDefined();
    editor.undo();
    expect(framesOf()).toEqual([0, 3, 6, 10]);
  });

  it('lets a single key go, but never the last', async () => {
    await threeKeys();
    editor.grid.choose(5);
    editor.grid.interpolate();
    expect(framesOf()).toEqual([0, 10]);
    editor.grid.chooseAll();
    editor.grid.toggleKeys();
    expect(framesOf()).toHaveLength(11);
    editor.grid.toggleKeys();
    expect(framesOf()).toEqual([10]);
  });

  it('adds the object before and after its life, going where it went', async () => {
    await open([trackOf('a', { last_frame: 2 })], [keyOf('a', 0, 10), keyOf('a', 2, 12)]);
    editor.grid.choose(3);
    editor.grid.choose(5, 'range');
    editor.grid.toggleKeys();
    expect(placeAt(5)).toBeCloseTo(15, 9);
    expect(editor.grid.track).toMatchObject({ last_frame: 5 });
    expect(steps()).toBe(1);
  });

  it('deletes in the chosen frames and leaves the others where they were', async () => {
    await threeKeys();
    const before = [0, 3, 7, 10].map(placeAt);
    editor.grid.choose(4);
    editor.grid.choose(6, 'range');
    editor.grid.remove();
    expect([4, 5, 6].map((frame) => editor.grid.resolved(frame))).toEqual([undefined, undefined, undefined]);
    [0, 3, 7, 10].forEach((frame, i) => expect(placeAt(frame)).toBeCloseTo(before[i] ?? 0, 9));
    expect(steps()).toBe(1);
    editor.grid.chooseAll();
    editor.grid.remove();
    expect(editor.grid.isOpen).toBe(false);
    expect(editor.store.all('tracks')).toEqual([]);
    editor.undo();
    editor.select(A);
    expect(placeAt(7)).toBeCloseTo(before[2] ?? 0, 9);
  });

  it('confirms keys, and makes keys only of what no chosen key stands for', async () => {
    const source = 'model:x@1';
    await open(
      [trackOf('a')],
      [0, 5, 10].map((frame) => keyOf('a', frame, 10, { source })),
    );
    editor.grid.choose(0);
    editor.grid.choose(3, 'range');
    editor.grid.confirm();
    expect(framesOf()).toEqual([0, 5, 10]);
    expect(editor.store.keysOfTrack(A).map((key) => key.confirmed_by)).toEqual(['human:local', null, null]);
    editor.grid.choose(7);
    editor.grid.confirm();
    expect(framesOf()).toEqual([0, 5, 7, 10]);
  });

  it('copies the focused box to where the object is by then', async () => {
    await threeKeys();
    editor.grid.copy();
    expect(editor.session.getState().notice).toMatchObject({ key: 'grid.chooseTargets' });
    editor.grid.choose(2);
    editor.grid.choose(0, 'range');
    editor.grid.copy();
    expect(framesOf()).toEqual([0, 1, 2, 5, 10]);
    expect(steps()).toBe(1);
  });

  it('works on a static track with one key, and without poses', async () => {
    await open([trackOf('a', { is_static: true })], [keyOf('a', 4, 20)], refuse, sceneOf({ stepM: null }));
    editor.grid.choose(8);
    editor.grid.choose(9, 'range');
    editor.nudge({ dx: 1 });
    expect(framesOf()).toEqual([4]);
    expect(placeAt(0)).toBeCloseTo(21, 9);
    await editor.grid.fit('all');
    expect(editor.session.getState().notice).toMatchObject({ key: 'grid.fitNothing' });
  });

  it('shows a window of a life of ten thousand frames', async () => {
    await open(
      [trackOf('a', { last_frame: 9999 })],
      [keyOf('a', 0), keyOf('a', 9999)],
      refuse,
      sceneOf({ frameCount: 10_000 }),
    );
    editor.grid.move(Infinity);
    expect(editor.grid.state?.focus).toBe(9999);
    editor.grid.jump();
    expect(editor.frameIndex).toBe(9999);
    expect(editor.grid.isOpen).toBe(false);
  });

  describe('fit', () => {
    const lengths = [4, 4.4, 4.4, 9];
    const refit = (frameIndex: number, { box }: RefitRequest) => {
      const fitted = uprightBox(
        box.ego_from_object.translation_m,
        [lengths[frameIndex] ?? 4.4, 1.9, 1.5],
        0.1,
      );
      return Promise.resolve(fittedTo(moveInEgo(fitted, [0.2, 0, 0])));
    };

    it('sets all frames with one size, unconfirmed with their confidence, as one step', async () => {
      await open([trackOf('a', { last_frame: 3 })], [keyOf('a', 0), keyOf('a', 3)], refit);
      await editor.grid.fit('all');
      expect(framesOf()).toEqual([0, 1, 2, 3]);
      for (const key of editor.store.keysOfTrack(A)) {
        expect(key).toMatchObject({
          size_lwh_m: [4.4, 1.9, 1.5],
          source: 'propagated',
          confirmed_by: null,
          score: 0.8,
        });
      }
      expect(editor.session.getState().notice).toMatchObject({
        key: 'grid.fitDone',
        values: { done: 4, of: 4 },
      });
      expect(steps()).toBe(1);
      editor.undo();
      expect(framesOf()).toEqual([0, 3]);
    });

    it('of a few frames keeps the size that the track has', async () => {
      await open([trackOf('a', { last_frame: 3 })], [keyOf('a', 0), keyOf('a', 3)], refit);
      editor.grid.choose(1);
      await editor.grid.fit('chosen');
      expect(editor.grid.resolved(1)?.cuboid.size_lwh_m).toEqual([4, 2, 1.5]);
    });

    it('changes nothing when it is cancelled', async () => {
      const asked: number[] = [];
      await open([trackOf('a', { last_frame: 3 })], [keyOf('a', 0), keyOf('a', 3)], (frame, request) => {
        asked.push(frame);
        if (frame === 1) {
          editor.grid.cancelFit();
        }
        return refit(frame, request);
      });
      await editor.grid.fit('all');
      expect(asked).toEqual([0, 1]);
      expect(framesOf()).toEqual([0, 3]);
      expect(editor.grid.state?.fitting).toBeNull();
    });

    it('leaves alone what was changed meanwhile and what has no points, and tells of a refusal', async () => {
      await open(
        [trackOf('a', { last_frame: 3, is_rigid: false })],
        [keyOf('a', 0), keyOf('a', 3)],
        (frame, request) => {
          if (frame === 1) {
            return refit(frame, request).then((fitted) => ({ ...fitted, point_count: 0, confidence: 0 }));
          }
          return frame === 2 ? Promise.reject(new Error('frame 2: no file')) : refit(frame, request);
        },
      );
      editor.grid.chooseAll();
      const fit = editor.grid.fit('chosen');
      editor.setBox(A, uprightBox([30, 2, 0], [4, 2, 1.5], 0));
      await fit;
      expect(placeAt(0)).toBe(30);
      expect(framesOf()).toEqual([0, 3]);
      await open([trackOf('a')], [keyOf('a', 0)], () => Promise.reject(new Error('no server')));
      await editor.grid.fit('all');
      expect(editor.session.getState().notice).toMatchObject({ key: 'grid.fitRefused' });
    });
  });

  it('saves a whole verb with one request', async () => {
    await threeKeys();
    editor.grid.choose(4);
    editor.grid.choose(6, 'range');
    editor.grid.remove();
    await vi.waitFor(() => expect(editor.sync.state).toBe('saved'));
    expect(server.requests).toHaveLength(1);
  });
});
