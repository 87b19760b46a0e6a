import { beforeEach, describe, expect, it, vi } from 'vitest';

import { yawOfBox } from '../../geometry/box';
import { fromYaw } from '../../geometry/se3';
import type { TrackId } from '../../model/ids';
import type { Vec3 } from '../../model/tuples';
import { MemoryJournal } from '../../store/journal';
import { FakeServer, keyOf, sceneOf, trackOf } from '../../store/testing';
import { actionById } from '../actions';
import { Editor } from '../editor';
import { boxFromRectangle } from './ground_box';
import type { PointerInput, Tool } from './tool';
import { createTools } from './tool_box';

const SHIFT = { shift: true, ctrl: false, alt: false };
const CTRL = { shift: false, ctrl: true, alt: false };

const input = (fields: Partial<PointerInput> = {}): PointerInput => ({
  ground: [10, 0, -1.7],
  point: null,
  trackId: null,
  place: [100, 100],
  trackIdsFrom: () => [],
  modifiers: { shift: false, ctrl: false, alt: false },
  viewYawRad: 0,
  movedPx: 0,
  ...fields,
});

describe('the tools', () => {
  let editor: Editor;
  let tools: Tool;
  const drag = (start: Vec3, end: Vec3, fields: Partial<PointerInput> = {}) => {
    const isTaken = tools.onPointerDown(input({ ...fields, ground: start }));
    tools.onPointerMove(input({ ...fields, ground: end, movedPx: 80 }));
    tools.onPointerUp(input({ ...fields, ground: end, movedPx: 80 }));
    return isTaken;
  };
  const click = (fields: Partial<PointerInput>) => {
    tools.onPointerDown(input(fields));
    tools.onPointerUp(input({ ...fields, movedPx: 1 }));
  };

  beforeEach(async () => {
    const server = new FakeServer();
    const turned = keyOf('a', 0, 14, { ego_from_object: fromYaw(2.5, [14, 3, -1]) });
    server.changeByOther({ added: { tracks: [trackOf('a')], cuboids: [turned] } });
    editor = new Editor({
      scene: sceneOf(),
      transport: server,
      journal: new MemoryJournal(),
      delayMs: () => 1,
    });
    await editor.start();
    tools = createTools(editor);
  });

  describe('create', () => {
    beforeEach(() => editor.setTool('create'));

    it('draws a box over the rectangle, standing on the ground, as high as its kind', () => {
      expect(drag([10, 1, -1.7], [15, -1, -1.5])).toBe(true);
      const { cuboid } = editor.selected ?? {};
      expect(cuboid?.ego_from_object.translation_m).toEqual([12.5, 0, -1.6 + 0.8]);
      expect(cuboid?.size_lwh_m).toEqual([5, 2, 1.6]);
      expect(editor.session.getState()).toMatchObject({ tool: 'select', draft: null });
    });

    it('shows the box while it is drawn, and where a click would put it before', () => {
      tools.onPointerMove(input());
      expect(editor.session.getState().draft?.size_lwh_m).toEqual([4.2, 1.8, 1.6]);
      tools.onPointerDown(input());
      tools.onPointerMove(input({ ground: [13, 1, -1.7], movedPx: 50 }));
      expect(editor.session.getState().draft?.size_lwh_m).toEqual([3, 1, 1.6]);
      expect(editor.store.all('tracks')).toHaveLength(1);
    });

    it('puts a box of the usual size at a click, heading like its neighbour', () => {
      click({ ground: [11, 0, -1.7] });
      expect(editor.selected?.cuboid.size_lwh_m).toEqual([4.2, 1.8, 1.6]);
      expect(yawOfBox(editor.selected?.cuboid ?? keyOf('a', 0))).toBeCloseTo(2.5, 9);
    });

    it('heads as ego does where no neighbour of the kind is near', () => {
      editor.setCategoryForNew('Pedestrian');
      click({ ground: [11, 0, -1.7] });
      expect(editor.selected?.track.category).toBe('Pedestrian');
      expect(yawOfBox(editor.selected?.cuboid ?? keyOf('a', 0))).toBeCloseTo(0, 9);
    });

    it('makes nothing over the sky or when it is cancelled', () => {
      expect(tools.onPointerDown(input({ ground: null }))).toBe(false);
      tools.onPointerDown(input());
      tools.onPointerMove(input({ ground: [15, 3, -1.7], movedPx: 60 }));
      tools.onCancel();
      tools.onPointerUp(input());
      expect(editor.store.all('tracks')).toHaveLength(1);
      expect(editor.session.getState()).toMatchObject({ draft: null, tool: 'select' });
    });

    it('asks for a fit where the pointer met the object, and for none of what was drawn', () => {
      const place = vi.spyOn(editor.fitting, 'place');
      click({ ground: [11, 0, -1.7], point: [11.2, 0.1, -0.8] });
      expect(place.mock.calls[0]?.[0]).toMatchObject({ click: [11.2, 0.1, -0.8] });
      editor.setTool('create');
      drag([10, 1, -1.7], [15, -1, -1.5]);
      expect(place).toHaveBeenCalledTimes(1);
    });

    it('takes the heading from a drag with Ctrl, also from selecting, and the size from the category', () => {
      editor.setTool('select');
      const place = vi.spyOn(editor.fitting, 'place');
      expect(drag([10, -2, -1.7], [10, 2, -1.7], { modifiers: CTRL })).toBe(true);
      expect(place.mock.calls[0]?.[0]).toMatchObject({ click: [10, 0, -1.7], headingRad: Math.PI / 2 });
      expect(editor.selected?.cuboid.size_lwh_m).toEqual([4.2, 1.8, 1.6]);
      expect(yawOfBox(editor.selected?.cuboid ?? keyOf('a', 0))).toBeCloseTo(Math.PI / 2, 9);
      expect(editor.session.getState().tool).toBe('select');
    });

    it('places one with a Ctrl click from selecting', () => {
      editor.setTool('select');
      click({ modifiers: CTRL });
      expect(editor.store.all('tracks')).toHaveLength(2);
    });

    it('stays in hand after Shift+F, and for one more while Shift is held', () => {
      click({ modifiers: SHIFT });
      expect(editor.session.getState().tool).toBe('create');
      actionById('new_boxes').run(editor, { hold: false });
      click({});
      click({ ground: [20, 0, -1.7] });
      expect(editor.session.getState().tool).toBe('create');
      expect(editor.store.all('tracks')).toHaveLength(4);
      actionById('cancel').run(editor, { hold: false });
      expect(editor.session.getState()).toMatchObject({ tool: 'select', isCreateSticky: false });
    });

    it('takes category keys for the next one, not for the one before', () => {
      actionById('new_boxes').run(editor, { hold: false });
      click({});
      editor.pickCategory('Pedestrian');
      expect(editor.selected?.track.category).toBe('Car');
      click({ ground: [20, 0, -1.7] });
      expect(editor.selected?.track.category).toBe('Pedestrian');
    });
  });

  describe('select', () => {
    it('picks what is clicked, and nothing on the ground', () => {
      click({ trackId: 'a' as TrackId });
      expect(editor.selectedTrackId).toBe('a');
      click({});
      expect(editor.selectedTrackId).toBeNull();
    });

    it('leaves drags to the camera and keeps the selection', () => {
      editor.select('a' as TrackId);
      expect(drag([10, 0, 0], [12, 0, 0])).toBe(false);
      expect(editor.selectedTrackId).toBe('a');
    });

    it('moves the selected box over the ground with Shift, as one step', () => {
      editor.select('a' as TrackId);
      expect(drag([14, 3, -1], [15, 5, -0.4], { trackId: 'a' as TrackId, modifiers: SHIFT })).toBe(true);
      expect(editor.selected?.cuboid.ego_from_object.translation_m).toEqual([15, 5, -1]);
      editor.undo();
      expect(editor.selected?.cuboid.ego_from_object.translation_m).toEqual([14, 3, -1]);
      expect(editor.history.canUndo).toBe(false);
    });

    it('adds and takes away by clicks with Shift', () => {
      const b = editor.addCuboid(keyOf('b', 0, 30));
      click({ trackId: 'a' as TrackId, modifiers: SHIFT });
      expect(editor.group.trackIds).toEqual(['a', b]);
      click({ trackId: 'a' as TrackId, modifiers: SHIFT });
      expect(editor.group.trackIds).toEqual([b]);
      click({ modifiers: SHIFT });
      expect(editor.group.trackIds).toEqual([b]);
      expect(editor.history.undoLabel).toBe('history.create');
    });

    it('adds what a rectangle holds, drawn with Shift over nothing that is selected', () => {
      const trackIdsFrom = vi.fn(() => ['a' as TrackId]);
      const band = { modifiers: SHIFT, trackIdsFrom, place: [20, 30] as const };
      expect(tools.onPointerDown(input(band))).toBe(true);
      expect(tools.band).toEqual([20, 30]);
      tools.onPointerUp(input({ ...band, place: [200, 300], movedPx: 90 }));
      expect(trackIdsFrom).toHaveBeenCalledWith([20, 30]);
      expect(editor.selectedTrackId).toBe('a');
      expect(tools.band).toBeNull();
    });

    it('zooms to what is double clicked', () => {
      const commands: string[] = [];
      editor.onCommand((command) => commands.push(command));
      tools.onDoubleClick(input({ trackId: 'a' as TrackId }));
      expect(commands).toEqual(['zoom-to-object']);
    });
  });
});

describe('a drawn rectangle', () => {
  // Drawn in a view that looks along ego's left: up on the screen is +y.
  const viewYawRad = Math.PI / 2;

  it.each([
    ['up', [0, 6, 0], Math.PI / 2],
    ['down', [0, -6, 0], -Math.PI / 2],
    ['to the left', [-6, 0, 0], Math.PI],
    ['to the right', [6, 0, 0], 0],
  ] as const)('heads %s', (_, along, yawRad) => {
    const end: Vec3 = [along[0] || 2, along[1] || 2, 0];
    const box = boxFromRectangle([0, 0, 0], end, viewYawRad, 1.5);
    expect(box?.size_lwh_m[0]).toBeCloseTo(6, 9);
    expect(box?.size_lwh_m[1]).toBeCloseTo(2, 9);
    expect(Math.cos(yawOfBox(box ?? keyOf('a', 0)) - yawRad)).toBeCloseTo(1, 9);
  });

  it('is no box when it is as small as a slip of the hand', () => {
    expect(boxFromRectangle([0, 0, 0], [0.1, 0.2, 0], 0.4, 1.5)).toBeNull();
  });
});
