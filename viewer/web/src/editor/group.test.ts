import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { dragFace, rotateYaw, yawOfBox } from '../geometry/box';
import type { ImageBoxId, TrackId } from '../model/ids';
import type { ImageBox } from '../model/records';
import { MemoryJournal } from '../store/journal';
import { FakeServer, keyOf, sceneOf, trackOf } from '../store/testing';
import { Editor } from './editor';

const [A, B, C] = ['a', 'b', 'c'] as TrackId[] as [TrackId, TrackId, TrackId];
const MODEL = { source: 'model:m@1', confirmed_by: null };

describe('what is selected together', () => {
  let editor: Editor;

  beforeEach(async () => {
    const server = new FakeServer();
    server.changeByOther({
      added: {
        tracks: ['a', 'b', 'c'].map((id) => trackOf(id, { last_frame: 0 })),
        cuboids: [keyOf('a', 0, 10, MODEL), keyOf('b', 0, 14, MODEL), keyOf('c', 0, 18, MODEL)],
      },
    });
    editor = new Editor({
      scene: sceneOf(),
      transport: server,
      journal: new MemoryJournal(),
      delayMs: () => 1,
    });
    await editor.start();
    editor.group.set([A, B]);
  });
  afterEach(() => editor.dispose());

  const box = (id: TrackId) => {
    const cuboid = editor.store.resolveTrack(id, 0)?.cuboid;
    if (!cuboid) {
      throw new Error(`no ${id}`);
    }
    return cuboid;
  };
  const expectOneStep = () => {
    editor.undo();
    expect(editor.history.canUndo).toBe(false);
  };

  it('turns and flips, each about its own centre, as one step', () => {
    const before = [A, B, C].map(box);
    editor.rotate90();
    expect([A, B, C].map((id) => yawOfBox(box(id)))).toEqual([
      expect.closeTo(Math.PI / 2, 9),
      expect.closeTo(Math.PI / 2, 9),
      0,
    ]);
    expect(box(B).ego_from_object.translation_m).toEqual(before[1]?.ego_from_object.translation_m);
    expectOneStep();
    editor.flipHeading();
    expect(Math.abs(yawOfBox(box(B)))).toBeCloseTo(Math.PI, 9);
    expectOneStep();
    expect([A, B, C].map(box)).toEqual(before);
  });

  it('turns with a handle that is dragged', () => {
    const start = editor.beginGesture('history.rotate');
    [0.1, 0.4].forEach((turn) => start && editor.updateGesture(rotateYaw(start, turn)));
    editor.endGesture();
    expect(yawOfBox(box(B))).toBeCloseTo(0.4, 9);
    expectOneStep();
  });

  it('grows by the same face, with keys, by a drag and by numbers', () => {
    const before = box(B);
    editor.resizeFace('front', 1);
    expect(box(B)).toMatchObject({
      size_lwh_m: dragFace(before, 'front', 1).size_lwh_m,
      ego_from_object: dragFace(before, 'front', 1).ego_from_object,
    });
    expectOneStep();
    editor.setSize([5, 2.5, 2]);
    expect([A, B, C].map((id) => box(id).size_lwh_m)).toEqual([[5, 2.5, 2], [5, 2.5, 2], before.size_lwh_m]);
    expectOneStep();
  });

  it('gets another category as one step', () => {
    editor.pickCategory('Pedestrian');
    const categories = editor.store.all('tracks').map(({ category }) => category);
    expect(categories).toEqual(['Pedestrian', 'Pedestrian', 'Car']);
    expectOneStep();
  });

  it('is confirmed as one step, and the next one is selected', () => {
    editor.group.confirm();
    expect([A, B, C].map((id) => box(id).confirmed_by)).toEqual(['human:local', 'human:local', null]);
    expect(editor.group.trackIds).toEqual([C]);
    expectOneStep();
  });

  it('grows object by object, and shrinks on the way back', () => {
    editor.select(A);
    editor.group.extendTo(B);
    editor.group.extendTo(C);
    expect(editor.group.trackIds).toEqual([C, B, A]);
    editor.group.extendTo(B);
    expect(editor.group.trackIds).toEqual([B, A]);
    editor.group.extendTo(B);
    expect(editor.group.trackIds).toEqual([B, A]);
  });
});

describe('2D boxes of a track', () => {
  let editor: Editor;
  const boxIn = (frame_index: number, track = 'a'): ImageBox => ({
    id: `${track}${frame_index}` as ImageBoxId,
    frame_index,
    camera: 'front',
    track_id: track as TrackId,
    kind: 'tight',
    ltrb_px: [10, 10, 20, 20],
    attributes: {},
  });
  const owners = () =>
    Object.fromEntries(editor.store.all('image_boxes').map(({ id, track_id }) => [id, track_id]));

  beforeEach(async () => {
    const server = new FakeServer();
    server.changeByOther({
      added: {
        tracks: [trackOf('a', { last_frame: 4 }), trackOf('b', { first_frame: 4, last_frame: 8 })],
        cuboids: [keyOf('a', 0), keyOf('a', 4), keyOf('b', 4), keyOf('b', 8)],
        image_boxes: [boxIn(0), boxIn(2), boxIn(4), boxIn(4, 'b'), boxIn(6, 'b')],
      },
    });
    const transport = server;
    editor = new Editor({ scene: sceneOf(), transport, journal: new MemoryJournal(), delayMs: () => 1 });
    await editor.start();
    editor.select(A);
    editor.goToFrame(2);
  });
  afterEach(() => {
    editor.undo();
    expect(owners()).toEqual({ a0: 'a', a2: 'a', a4: 'a', b4: 'b', b6: 'b' });
    editor.dispose();
  });

  it('go to the new one from the cut on', () => {
    editor.tracks.split();
    const fresh = editor.selectedTrackId;
    expect(fresh).not.toBe(A);
    expect(owners()).toEqual({ a0: 'a', a2: fresh, a4: fresh, b4: 'b', b6: 'b' });
  });

  it('go to the one that stays; of two in one image one stays', () => {
    editor.tracks.merge(A, B);
    expect(owners()).toEqual({ a0: 'a', a2: 'a', a4: 'a', b6: 'a' });
  });

  it('go with the life that is cut off', () => {
    editor.tracks.beginLifeHere();
    expect(owners()).toEqual({ a2: 'a', a4: 'a', b4: 'b', b6: 'b' });
  });

  it('go with the cuboid of their frame, by key, as a group and in the grid', () => {
    const left = { a0: 'a', a4: 'a', b4: 'b', b6: 'b' };
    editor.tracks.deleteCuboid();
    expect(owners()).toEqual(left);
    editor.undo();
    editor.goToFrame(2);
    editor.grid.open();
    editor.grid.remove();
    editor.grid.close();
    expect(owners()).toEqual(left);
    editor.undo();
    editor.goToFrame(4);
    editor.group.set([A, B]);
    editor.group.deleteCuboids();
    expect(owners()).toEqual({ a0: 'a', a2: 'a', b6: 'b' });
  });

  it('go with the whole track', () => {
    editor.tracks.deleteTrack();
    expect(owners()).toEqual({ b4: 'b', b6: 'b' });
  });
});
