import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { centerOf } from '../geometry/box';
import { subtract } from '../geometry/vec3';
import type { TrackId } from '../model/ids';
import type { Vec3 } from '../model/tuples';
import { MemoryJournal } from '../store/journal';
import { FakeServer, keyOf, sceneOf, trackOf } from '../store/testing';
import { noCloud } from './cloud_probe';
import { Editor } from './editor';

const A = 'a' as TrackId;
const B = 'b' as TrackId;

describe('a group and its copies', () => {
  let editor: Editor;

  beforeEach(async () => {
    const server = new FakeServer();
    const tracks = [trackOf('a', { last_frame: 0 }), trackOf('b', { last_frame: 0, category: 'Pedestrian' })];
    server.changeByOther({ added: { tracks, cuboids: [keyOf('a', 0, 10), keyOf('b', 0, 14)] } });
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

  const placesIn = (frame: number) =>
    editor.store.resolveFrame(frame).map(({ track, cuboid }) => [track.id, centerOf(cuboid)[0]] as const);
  const steps = () => {
    let count = 0;
    for (; editor.history.canUndo; count += 1) {
      editor.history.undo();
    }
    Array.from({ length: count }, () => editor.history.redo());
    return count;
  };

  it('goes on with the same tracks in another frame, where they stand in the world, as one step', () => {
    editor.clipboard.copy();
    editor.goToFrame(3);
    editor.clipboard.paste();
    // Ego drives a metre a frame.
    expect(placesIn(3)).toEqual([
      ['a', 7],
      ['b', 11],
    ]);
    expect(editor.store.all('tracks')).toHaveLength(2);
    expect(editor.group.trackIds).toEqual(['a', 'b']);
    expect(steps()).toBe(1);
    editor.undo();
    expect(placesIn(3)).toEqual([]);
  });

  it('makes new tracks of the same categories where theirs are there already, beside them', () => {
    editor.clipboard.copy();
    editor.clipboard.paste();
    const [, , third, fourth] = editor.store.resolveFrame(0);
    expect([third?.track.category, fourth?.track.category]).toEqual(['Car', 'Pedestrian']);
    expect(centerOf(third?.cuboid ?? keyOf('x', 0))[1]).toBeCloseTo(2 + 2.3, 9);
    expect(editor.group.trackIds).toEqual([third?.track.id, fourth?.track.id]);
    expect(steps()).toBe(1);
  });

  it('makes a new track of one that was deleted since', () => {
    editor.clipboard.copy();
    editor.tracks.deleteTrack(A);
    editor.goToFrame(2);
    editor.clipboard.paste();
    const ids = placesIn(2).map(([id]) => id);
    expect(ids).toHaveLength(2);
    expect(ids).toContain('b');
    expect(ids).not.toContain('a');
  });

  it('keeps the one size of a rigid track, whatever it was when it was copied', () => {
    editor.clipboard.copy();
    editor.setSize([5, 2.2, 1.8]);
    editor.goToFrame(3);
    editor.clipboard.paste();
    expect(editor.store.keysOfTrack(A).map(({ size_lwh_m }) => size_lwh_m)).toEqual([
      [5, 2.2, 1.8],
      [5, 2.2, 1.8],
    ]);
  });

  it('makes a standing object last as long, with its one key', () => {
    editor.tracks.setStatic(A, true);
    editor.group.set([A]);
    editor.clipboard.copy();
    editor.goToFrame(3);
    editor.clipboard.paste();
    expect(editor.store.get('tracks', A)).toMatchObject({ first_frame: 0, last_frame: 3 });
    expect(editor.store.keysOfTrack(A)).toHaveLength(1);
    expect(placesIn(3)).toEqual([['a', 7]]);
  });

  it('pastes under the pointer as the copies stand to each other', () => {
    const ground: Vec3 = [30, -5, -1.2];
    editor.cloud = { ...noCloud, groundUnderPointer: () => ground };
    editor.clipboard.copy();
    editor.goToFrame(1);
    editor.clipboard.pasteAsNew();
    const [first, second] = editor.store.resolveFrame(1).map(({ cuboid }) => centerOf(cuboid));
    expect(subtract(second ?? ground, first ?? ground)).toEqual([4, 0, 0]);
    expect(first).toEqual([28, -5, -1.2 + 0.75]);
    expect(editor.store.all('tracks')).toHaveLength(4);
  });

  it('says so where nothing was copied', () => {
    editor.clipboard.paste();
    expect(editor.session.getState().notice?.key).toBe('fitting.nothingCopied');
    expect(editor.history.canUndo).toBe(false);
  });

  describe('together', () => {
    it('move by keys and drags, as one step', () => {
      editor.nudge({ dx: 0.5 }, { hold: true });
      editor.nudge({ dx: 0.5 }, { hold: true });
      editor.endHold();
      expect(placesIn(0)).toEqual([
        ['a', 11],
        ['b', 15],
      ]);
      expect(steps()).toBe(1);
      const snapshot = editor.beginGesture('history.move');
      expect(snapshot).not.toBeNull();
      editor.updateGesture({
        ...(snapshot ?? keyOf('x', 0)),
        ego_from_object: keyOf('x', 0, 31).ego_from_object,
      });
      editor.cancelGesture();
      expect(placesIn(0).map(([, x]) => x)).toEqual([11, 15]);
    });

    it('are deleted as one step', () => {
      editor.group.deleteCuboids();
      expect(editor.store.all('tracks')).toEqual([]);
      expect(editor.group.trackIds).toEqual([]);
      expect(steps()).toBe(1);
    });

    it('end with another selection', () => {
      editor.select(A);
      expect(editor.group.trackIds).toEqual(['a']);
    });
  });

  it('grows and shrinks by clicks and by keys', () => {
    editor.select(A);
    editor.group.toggle(B);
    expect(editor.group.trackIds).toEqual(['b', 'a']);
    editor.group.toggle(B);
    expect(editor.group.trackIds).toEqual(['a']);
    editor.group.addNext();
    expect(new Set(editor.group.trackIds)).toEqual(new Set(['a', 'b']));
    editor.group.addNext();
    expect(editor.group.trackIds).toHaveLength(2);
    editor.select(null);
    editor.group.addAll();
    expect(editor.group.trackIds).toEqual(['a', 'b']);
  });
});
