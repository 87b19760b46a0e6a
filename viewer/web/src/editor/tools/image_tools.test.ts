import { beforeEach, describe, expect, it, vi } from 'vitest';

import { corners } from '../../geometry/box';
import { pixelOf } from '../../geometry/pull';
import type { TrackId } from '../../model/ids';
import type { FitInImageAnswer } from '../../model/proposals';
import type { CameraInfo } from '../../model/scene';
import type { Vec2 } from '../../model/tuples';
import { MemoryJournal } from '../../store/journal';
import { FakeServer, keyOf, sceneOf, trackOf } from '../../store/testing';
import { Editor } from '../editor';
import { noProposer } from '../proposer';
import { type ImagePointer, ImageTools } from './image_tools';

const CAMERA: CameraInfo = {
  name: 'ahead',
  model: 'pinhole',
  width_px: 1242,
  height_px: 375,
  fx_px: 720,
  fy_px: 720,
  cx_px: 620,
  cy_px: 187,
  distortion: [],
  max_angle_rad: Math.PI / 2,
  // Camera axes (right, down, forward) in ego axes (forward, left, up).
  cam_from_ego: { quat_wxyz: [0.5, 0.5, -0.5, 0.5], translation_m: [0, 1.2, 0] },
  images_are: 'rectified',
};
const FITTED: FitInImageAnswer = {
  fitted: {
    box: {
      ego_from_object: { quat_wxyz: [1, 0, 0, 0], translation_m: [20, -3, 0] },
      size_lwh_m: [4, 2, 1.5],
    },
    confidence: 0.8,
    supported_faces: ['back'],
    point_count: 50,
    reason: null,
    prior: { size_lwh_m: [4, 2, 1.5], source: 'taxonomy', track_count: 0 },
  },
  overlap: 0.9,
  reason: null,
};

const input = (uv: Vec2, fields: Partial<ImagePointer> = {}): ImagePointer => ({
  uv,
  scale: 1,
  modifiers: { shift: false, ctrl: false, alt: false },
  movedPx: 0,
  trackId: null,
  ...fields,
});

describe('the tools of an enlarged image', () => {
  let editor: Editor;
  let tools: ImageTools;
  const fitInImage = vi.fn(() => Promise.resolve(FITTED));
  const trackId = 'a' as TrackId;
  const drag = (from: Vec2, to: Vec2, fields: Partial<ImagePointer> = {}) => {
    const isTaken = tools.onPointerDown(input(from, fields));
    tools.onPointerMove(input(to, { ...fields, movedPx: 50 }));
    tools.onPointerUp(input(to, { ...fields, movedPx: 50 }));
    return isTaken;
  };
  const click = (at: Vec2, fields: Partial<ImagePointer> = {}) => {
    tools.onPointerDown(input(at, fields));
    tools.onPointerUp(input(at, { ...fields, movedPx: 1 }));
  };
  const boxes = () => editor.store.all('image_boxes');

  beforeEach(async () => {
    fitInImage.mockClear();
    const server = new FakeServer();
    server.changeByOther({ added: { tracks: [trackOf('a')], cuboids: [keyOf('a', 0, 15)] } });
    editor = new Editor({
      scene: { ...sceneOf(), cameras: [CAMERA] },
      transport: server,
      journal: new MemoryJournal(),
      proposer: { ...noProposer, fitInImage },
      delayMs: () => 1,
    });
    await editor.start();
    editor.select(trackId);
    tools = new ImageTools(editor, CAMERA);
  });

  it('draw one tight box for the selected object, which a second drawing replaces', () => {
    editor.session.setState({ imageTool: 'tight' });
    expect(drag([400, 100], [500, 200])).toBe(true);
    expect(boxes()).toMatchObject([
      { kind: 'tight', track_id: 'a', camera: 'ahead', frame_index: 0, ltrb_px: [400, 100, 500, 200] },
    ]);
    expect(editor.session.getState()).toMatchObject({
      imageTool: 'select',
      selectedImageBoxId: boxes()[0]?.id,
      imageDraft: null,
    });
    editor.session.setState({ imageTool: 'tight' });
    drag([410, 110], [520, 220]);
    expect(boxes().map(({ ltrb_px }) => ltrb_px)).toEqual([[410, 110, 520, 220]]);
    editor.undo();
    editor.undo();
    expect(boxes()).toEqual([]);
    editor.redo();
    expect(boxes()).toHaveLength(1);
  });

  it('change and delete a tight box: each is one undo step', () => {
    editor.session.setState({ imageTool: 'tight' });
    drag([400, 100], [500, 200]);
    drag([500, 150], [530, 160]);
    expect(boxes()[0]?.ltrb_px).toEqual([400, 100, 530, 200]);
    editor.imageBoxes.nudge([2, 0]);
    expect(boxes()[0]?.ltrb_px).toEqual([400, 100, 532, 200]);
    expect(editor.imageBoxes.removeSelected()).toBe(true);
    editor.undo();
    editor.undo();
    editor.undo();
    expect(boxes()[0]?.ltrb_px).toEqual([400, 100, 500, 200]);
  });

  it('make one undo step of a held arrow key', () => {
    editor.session.setState({ imageTool: 'tight' });
    drag([400, 100], [500, 200]);
    const hold = (times: number) =>
      Array.from({ length: times }, () => editor.imageBoxes.nudge([1, 0], { hold: true }));
    hold(5);
    editor.endHold();
    hold(3);
    editor.endHold();
    expect(boxes()[0]?.ltrb_px).toEqual([408, 100, 508, 200]);
    editor.undo();
    expect(boxes()[0]?.ltrb_px).toEqual([405, 100, 505, 200]);
    editor.undo();
    expect(boxes()[0]?.ltrb_px).toEqual([400, 100, 500, 200]);
    // What begins meanwhile ends it.
    hold(2);
    editor.frames.setState('done');
    editor.undo();
    expect(boxes()[0]?.ltrb_px).toEqual([402, 100, 502, 200]);
    editor.undo();
    expect(boxes()[0]?.ltrb_px).toEqual([400, 100, 500, 200]);
  });

  it('draw regions to ignore that belong to no object; what an import gave stays as it came', () => {
    editor.session.setState({ imageTool: 'ignore' });
    drag([10, 10], [60, 50]);
    expect(boxes()).toMatchObject([{ kind: 'ignore', track_id: null }]);
    const [region] = boxes();
    if (region) {
      editor.imageBoxes.change({ ...region, kind: 'given' }, [0, 0, 5, 5]);
    }
    expect(boxes()[0]?.ltrb_px).toEqual([10, 10, 60, 50]);
  });

  it('pull an edge of the selected cuboid: one face, one step; Escape takes it back', () => {
    const cuboid = editor.selected?.cuboid;
    const all = cuboid ? corners(cuboid) : [];
    // The upper edge of its back.
    const [left, right] = [pixelOf(CAMERA, all[7] ?? [0, 0, 0]), pixelOf(CAMERA, all[6] ?? [0, 0, 0])];
    const middle: Vec2 = [((left?.[0] ?? 0) + (right?.[0] ?? 0)) / 2, left?.[1] ?? 0];
    expect(drag(middle, [middle[0], middle[1] - 10])).toBe(true);
    const after = editor.selected?.cuboid;
    expect(after?.size_lwh_m.slice(0, 2)).toEqual(cuboid?.size_lwh_m.slice(0, 2));
    const pulled = after ? pixelOf(CAMERA, corners(after)[7] ?? [0, 0, 0]) : null;
    expect(pulled?.[1]).toBeCloseTo(middle[1] - 10, 3);
    editor.undo();
    expect(editor.selected?.cuboid).toEqual(cuboid);
    tools.onPointerDown(input(middle));
    tools.onPointerMove(input([middle[0], middle[1] - 30], { movedPx: 30 }));
    tools.onCancel();
    expect(editor.selected?.cuboid).toEqual(cuboid);
  });

  it('leave a press on nothing to the picture; as a click it shows the ray of the pixel', () => {
    expect(drag([20, 20], [60, 60])).toBe(false);
    const command = vi.fn();
    editor.onCommand(command);
    editor.cloud = { ...editor.cloud, along: () => ({ point: [30, 4, 1], ground: null }) };
    click([20, 20]);
    expect(editor.selectedTrackId).toBeNull();
    expect(editor.session.getState().pixelRay).toMatchObject({
      camera: 'ahead',
      uv: [20, 20],
      point: [30, 4, 1],
    });
    expect(command).toHaveBeenCalledWith('look-at-pixel');
    click([20, 20], { trackId });
    expect(editor.session.getState().pixelRay).toBeNull();
    expect(editor.selectedTrackId).toBe('a');
  });

  it('fit a cuboid into a rectangle, or say in one line why there is none', async () => {
    editor.setTool('create');
    drag([500, 100], [600, 200]);
    await vi.waitFor(() =>
      expect(editor.selected?.cuboid.ego_from_object.translation_m).toEqual([20, -3, 0]),
    );
    expect(fitInImage).toHaveBeenCalledOnce();
    expect(editor.session.getState()).toMatchObject({ tool: 'select', imageFitting: null });
    editor.setTool('create');
    const reason = { code: 'nothing_fits', values: {}, sentence: '' };
    fitInImage.mockResolvedValueOnce({ fitted: null, overlap: 0, reason });
    drag([500, 100], [600, 200]);
    await vi.waitFor(() => expect(editor.session.getState().notice?.key).toBe('images.reason.nothing_fits'));
    editor.setTool('create');
    fitInImage.mockRejectedValueOnce(new Error('no'));
    drag([500, 100], [600, 200]);
    await vi.waitFor(() => expect(editor.session.getState().notice?.key).toBe('fitting.refused'));
    expect(editor.store.all('tracks')).toHaveLength(2);
  });
});
