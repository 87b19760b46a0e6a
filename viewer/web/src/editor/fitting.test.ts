import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { uprightBox } from '../geometry/box';
import type { TrackId } from '../model/ids';
import type { FittedBox, FitRequest, RefitRequest } from '../model/proposals';
import type { Box, Cuboid, Track } from '../model/records';
import { MemoryJournal } from '../store/journal';
import { FakeServer, keyOf, sceneOf, trackOf } from '../store/testing';
import { noCloud } from './cloud_probe';
import { Editor } from './editor';
import { PATIENCE_MS } from './fitting';
import { noProposer, type Proposer } from './proposer';

const USUAL = uprightBox([10, 0, -0.9], [4.2, 1.8, 1.6], 0);
const FITTED = uprightBox([10.4, 0.3, -0.8], [4.5, 1.9, 1.5], 0.2);

const answerOf = (box: Box, point_count = 120): FittedBox => ({
  box,
  confidence: 0.8,
  supported_faces: ['back', 'left', 'top'],
  point_count,
  reason: null,
  prior: { size_lwh_m: [4.2, 1.8, 1.6], source: 'taxonomy', track_count: 0 },
});

/** Answers when it is told to. */
class FakeProposer {
  readonly asked: { readonly frameIndex: number; readonly request: FitRequest | RefitRequest }[] = [];
  private readonly open: { resolve: (box: FittedBox) => void; reject: (error: Error) => void }[] = [];

  readonly proposer: Proposer = {
    ...noProposer,
    fit: (frameIndex, request) => this.ask(frameIndex, request),
    refit: (frameIndex, request) => this.ask(frameIndex, request),
  };

  private ask(frameIndex: number, request: FitRequest | RefitRequest): Promise<FittedBox> {
    this.asked.push({ frameIndex, request });
    return new Promise((resolve, reject) => this.open.push({ resolve, reject }));
  }

  answer(fitted: FittedBox = answerOf(FITTED)): void {
    this.open.shift()?.resolve(fitted);
  }

  fail(error: Error): void {
    this.open.shift()?.reject(error);
  }
}

describe('Fitting', () => {
  let fake: FakeProposer;
  let editor: Editor;
  let server: FakeServer;

  async function open(
    records: { tracks?: readonly Track[]; cuboids?: readonly Cuboid[] } = {},
    hasClouds = true,
  ): Promise<void> {
    fake = new FakeProposer();
    server = new FakeServer();
    server.changeByOther({ added: { tracks: records.tracks ?? [], cuboids: records.cuboids ?? [] } });
    const scene = sceneOf();
    const frames = scene.frames.map((frame) => ({ ...frame, points_url: hasClouds ? '/points' : null }));
    editor = new Editor({
      scene: { ...scene, frames },
      transport: server,
      journal: new MemoryJournal(),
      proposer: fake.proposer,
      delayMs: () => 1,
    });
    await editor.start();
  }

  const place = () => editor.fitting.place({ box: USUAL, click: [10, 0, -1] });
  const boxes = (frame = editor.frameIndex) =>
    editor.store
      .resolveFrame(frame)
      .map(({ cuboid: { ego_from_object, size_lwh_m } }) => ({ ego_from_object, size_lwh_m }));
  const notice = () => editor.session.getState().notice?.key ?? null;
  const steps = () => {
    let count = 0;
    for (; editor.history.canUndo; count += 1) {
      editor.history.undo();
    }
    Array.from({ length: count }, () => editor.history.redo());
    return count;
  };

  beforeEach(() => open());
  afterEach(() => {
    editor.dispose();
    vi.useRealTimers();
  });

  describe('placing', () => {
    it('shows the usual box until the fit is here, then makes one cuboid in one step and one request', async () => {
      const done = place();
      expect(editor.session.getState().placings).toMatchObject([{ box: USUAL, category: 'Car' }]);
      expect(boxes()).toEqual([]);
      fake.answer();
      await done;
      expect(boxes()).toEqual([FITTED]);
      expect(editor.selected?.cuboid.source).toBe('human');
      expect(editor.session.getState()).toMatchObject({
        placings: [],
        lastFit: { fitted: { confidence: 0.8 } },
      });
      await vi.waitFor(() => expect(editor.sync.state).toBe('saved'));
      expect(server.requests).toHaveLength(1);
      expect(steps()).toBe(1);
      editor.undo();
      expect(boxes()).toEqual([]);
    });

    it('asks with the category and the heading that were given', async () => {
      const done = editor.fitting.place({ box: USUAL, click: [10, 0, -1], headingRad: 0.5 });
      const request = { click: [10, 0, -1], category: 'Car', heading_rad: 0.5 };
      expect(fake.asked).toEqual([{ frameIndex: 0, request }]);
      fake.answer();
      await done;
    });

    it.each([
      ['offline', Object.assign(new Error('gone'), { code: 'offline' }), 'fitting.offline'],
      ['refused', new Error('frame 0 has no cloud'), 'fitting.refused'],
    ])('keeps the usual box where the server is %s, and says so', async (_, error, key) => {
      const done = place();
      fake.fail(error);
      await done;
      expect(boxes()).toEqual([USUAL]);
      expect(editor.selected).not.toBeNull();
      expect(notice()).toBe(key);
      expect(steps()).toBe(1);
    });

    it('waits for nobody for ever: a late answer changes nothing any more', async () => {
      vi.useFakeTimers();
      const done = place();
      await vi.advanceTimersByTimeAsync(PATIENCE_MS);
      await done;
      expect(boxes()).toEqual([USUAL]);
      expect(notice()).toBe('fitting.late');
      fake.answer();
      await vi.advanceTimersByTimeAsync(10);
      expect(boxes()).toEqual([USUAL]);
    });

    it('keeps the usual box where there are no points', async () => {
      const done = place();
      fake.answer(answerOf(FITTED, 0));
      await done;
      expect(boxes()).toEqual([USUAL]);
      expect(notice()).toBe('fitting.noPointsHere');
    });

    it('places in the frame that was clicked in, and leaves the selection alone', async () => {
      const done = place();
      editor.goToFrame(3);
      const other = editor.addCuboid(USUAL);
      fake.answer();
      await done;
      expect(boxes(0)).toEqual([FITTED]);
      expect(boxes(3)).toEqual([USUAL]);
      expect(editor.selectedTrackId).toBe(other);
      expect(editor.frameIndex).toBe(3);
    });

    it('is taken back by undo while it is on its way', async () => {
      const done = place();
      editor.undo();
      expect(editor.session.getState().placings).toEqual([]);
      fake.answer();
      await done;
      expect(editor.store.all('tracks')).toEqual([]);
    });

    it('makes one cuboid for each of several quick clicks, each a step', async () => {
      const all = [place(), place(), place()];
      [0, 1, 2].forEach(() => fake.answer());
      await Promise.all(all);
      expect(boxes()).toHaveLength(3);
      expect(steps()).toBe(3);
      expect(editor.selectedTrackId).not.toBeNull();
    });

    it('does not end a drag that has begun meanwhile', async () => {
      const own = editor.addCuboid(USUAL);
      const done = place();
      editor.select(own);
      editor.beginGesture('history.move');
      editor.updateGesture(uprightBox([20, 0, 0], [4.2, 1.8, 1.6], 0));
      fake.answer();
      await vi.waitFor(() => expect(fake.asked).toHaveLength(1));
      expect(editor.isGesturing).toBe(true);
      expect(boxes()).toHaveLength(1);
      editor.endGesture();
      await done;
      expect(boxes()).toHaveLength(2);
      expect(editor.selectedTrackId).toBe(own);
    });

    it('asks nobody where the frame has no points', async () => {
      await open({}, false);
      await place();
      expect(fake.asked).toEqual([]);
      expect(boxes()).toEqual([USUAL]);
    });

    it('does nothing once the page is left', async () => {
      const done = place();
      editor.dispose();
      fake.answer();
      await done;
      expect(editor.store.all('tracks')).toEqual([]);
    });
  });

  describe('fitting again', () => {
    beforeEach(async () => {
      await open({ tracks: [trackOf('a')], cuboids: [keyOf('a', 0)] });
      editor.select('a' as TrackId);
    });

    it('changes the box as one step', async () => {
      const done = editor.fitting.fitAgain();
      expect(fake.asked[0]?.request).toMatchObject({ what: 'all', category: 'Car' });
      fake.answer();
      await done;
      expect(boxes()).toEqual([FITTED]);
      expect(editor.session.getState().lastFit?.trackId).toBe('a');
      expect(steps()).toBe(1);
    });

    it('fits several parts one after the other, as one step', async () => {
      const done = editor.fitting.fitAgain('front', 'left');
      fake.answer(answerOf(USUAL));
      await vi.waitFor(() => expect(fake.asked).toHaveLength(2));
      expect(fake.asked[1]?.request).toMatchObject({ what: 'left', box: USUAL });
      fake.answer();
      await done;
      expect(boxes()).toEqual([FITTED]);
      expect(steps()).toBe(1);
    });

    it('leaves a box alone that was changed meanwhile', async () => {
      const done = editor.fitting.fitAgain();
      editor.nudge({ dx: 1 });
      const [moved] = boxes();
      fake.answer();
      await done;
      expect(boxes()).toEqual([moved]);
      expect(steps()).toBe(1);
    });

    it('does nothing to a track that was deleted meanwhile', async () => {
      const done = editor.fitting.fitAgain();
      editor.tracks.deleteTrack('a' as TrackId);
      fake.answer();
      await done;
      expect(editor.store.all('tracks')).toEqual([]);
      expect(steps()).toBe(1);
    });

    it('fits the frame that it was asked for, also from another one', async () => {
      const done = editor.fitting.fitAgain();
      editor.goToFrame(4);
      fake.answer();
      await done;
      expect(boxes(0)).toEqual([FITTED]);
      expect(editor.frameIndex).toBe(4);
    });

    it('makes no step where nothing gets better, and says why', async () => {
      const [before] = boxes();
      const done = editor.fitting.fitAgain();
      const reason = { code: 'no_points', values: {}, sentence: 'hardly any points' };
      fake.answer({ ...answerOf(before ?? USUAL, 0), reason });
      await done;
      expect(notice()).toBe('fitting.noPointsNear');
      expect(editor.history.canUndo).toBe(false);
    });

    it('says in one line what is missing', async () => {
      editor.select(null);
      await editor.fitting.fitAgain();
      expect(notice()).toBe('fitting.nothingSelected');
      editor.select('a' as TrackId);
      editor.goToFrame(15);
      await editor.fitting.fitAgain();
      expect(notice()).toBe('fitting.notHere');
      expect(fake.asked).toEqual([]);
    });

    it('puts a box onto the ground by the points of this browser where the server is away', async () => {
      editor.cloud = { ...noCloud, groundBelow: () => -1.7 };
      const done = editor.fitting.fitAgain('to_ground');
      fake.fail(Object.assign(new Error('gone'), { code: 'offline' }));
      await done;
      expect(boxes()[0]?.ego_from_object.translation_m[2]).toBeCloseTo(-1.7 + 1.5 / 2, 9);
      expect(notice()).toBeNull();
    });

    it('fits all that is selected as one step', async () => {
      await open({ tracks: [trackOf('a'), trackOf('b')], cuboids: [keyOf('a', 0), keyOf('b', 0, 20)] });
      editor.group.set(['a', 'b'] as TrackId[]);
      const done = editor.fitting.fitAgain();
      fake.answer();
      fake.answer(answerOf(USUAL));
      await done;
      expect(boxes()).toEqual([FITTED, USUAL]);
      expect(steps()).toBe(1);
    });
  });
});
