import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { uprightBox } from '../geometry/box';
import type { ImageBoxId, TrackId } from '../model/ids';
import type { ImageBox } from '../model/records';
import { MemoryJournal } from '../store/journal';
import { FakeServer, keyOf, sceneOf, trackOf } from '../store/testing';
import { Editor } from './editor';

const CAR = 'car' as TrackId;
const imported = { source: 'imported:kitti-tracking', attributes: { occluded: 1, parked: true } };
const given: ImageBox = {
  id: 'given' as ImageBoxId,
  frame_index: 3,
  camera: 'image_02',
  track_id: CAR,
  kind: 'given',
  ltrb_px: [1, 2, 3, 4],
  attributes: { 'kitti.occluded': 1, 'kitti.alpha': 0.5 },
};

describe('an answer that came with an import', () => {
  let editor: Editor;

  beforeEach(async () => {
    const server = new FakeServer();
    server.changeByOther({
      added: {
        tracks: [trackOf(CAR, { is_rigid: false })],
        cuboids: [keyOf(CAR, 3, 10, imported), keyOf(CAR, 4, 10, imported)],
        image_boxes: [given],
      },
    });
    editor = new Editor({
      scene: sceneOf(),
      transport: server,
      journal: new MemoryJournal(),
      delayMs: () => 1,
    });
    await editor.start();
    editor.goToFrame(3);
  });
  afterEach(() => editor.dispose());

  const answers = (frame: number) =>
    editor.store.keysOfTrack(CAR).find((key) => key.frame_index === frame)?.attributes;
  const move = () => editor.setBox(CAR, uprightBox([12, 2, 0], [4, 2, 1.5], 0));

  it('falls when the cuboid moves, and comes back with undo', () => {
    move();
    expect(answers(3)).toEqual({ parked: true });
    editor.undo();
    expect(answers(3)).toEqual({ occluded: 1, parked: true });
  });

  it('falls with the category, in the frames that it was given for', () => {
    editor.tracks.setCategory(CAR, 'Pedestrian');
    expect(answers(3)).toEqual({ parked: true });
    expect(answers(4)).toEqual({ occluded: 1, parked: true });
  });

  it('stands once a person gave it, even the same', () => {
    editor.tracks.setAttribute(CAR, 'occluded', 1);
    move();
    expect(answers(3)).toEqual({ occluded: 1, parked: true });
    expect(editor.store.get('image_boxes', given.id)?.attributes).toEqual({ 'kitti.alpha': 0.5 });
  });
});
