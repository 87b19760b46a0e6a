import * as fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { corners, type Face, moveInObject, uprightBox } from '../geometry/box';
import { type ImageBoxId, newTrackId, type TrackId } from '../model/ids';
import type { FittedBox } from '../model/proposals';
import type { AnyRecord, Box, ImageBox } from '../model/records';
import { RECORD_KINDS } from '../model/records';
import type { CameraInfo } from '../model/scene';
import type { LtrbPx } from '../model/tuples';
import { MemoryJournal } from '../store/journal';
import type { ImageDraft } from '../store/session';
import { FakeServer, keyOf, sceneOf, trackOf } from '../store/testing';
import { ACTIONS } from './actions';
import { Editor } from './editor';
import type { Proposer } from './proposer';

/** Random decisions of one verb. */
interface Dice {
  readonly verb: number;
  readonly frame: number;
  readonly track: number;
  readonly x: number;
}

type Verb = (editor: Editor, dice: Dice, trackId: TrackId) => unknown;

const boxAt = (x: number): Box => uprightBox([8 + x * 20, x * 5, 0], [4 + x, 2, 1.5], x);
const CATEGORIES = ['Car', 'Pedestrian'];
const FACES: readonly Face[] = ['front', 'back', 'left', 'right', 'top', 'bottom'];
const FRAMES = 12;

/** The verbs that take arguments, one line each; those without are the table of actions. */
const VERBS: Readonly<Record<string, Verb>> = {
  addCuboid: (editor, { x }) => editor.addCuboid(boxAt(x)),
  setBox: (editor, { x }, id) => editor.setBox(id, boxAt(x)),
  setSize: (editor, { x }) => editor.setSize([3 + x, 2 + x, 1 + x]),
  resizeFace: (editor, { x, verb }) => editor.resizeFace(FACES[verb % 6] ?? 'front', x - 0.5),
  heldNudge: (editor, { x }) => [0, 1, 2].forEach(() => editor.nudge({ dx: x, dyaw: x }, { hold: true })),
  drag: (editor, { x }) => dragBy(editor, x),
  cancelledDrag: (editor, { x }) => {
    dragBy(editor, x);
    editor.cancelGesture();
  },
  setCategory: (editor, { x }, id) => editor.tracks.setCategory(id, CATEGORIES[x > 0.5 ? 0 : 1] ?? 'Car'),
  setTrackNumber: (editor, { x }, id) => editor.tracks.setTrackNumber(id, String(Math.floor(x * 20))),
  clearTrackNumber: (editor, _dice, id) => editor.tracks.setTrackNumber(id, null),
  setAttribute: (editor, { x }, id) => editor.tracks.setAttribute(id, 'occluded', Math.floor(x * 4)),
  setTrackAttribute: (editor, { x }, id) =>
    editor.tracks.setAttribute(id, 'colour', x > 0.5 ? 'red' : 'blue'),
  clearAttribute: (editor, _dice, id) => editor.tracks.setAttribute(id, 'occluded', null),
  setStatic: (editor, { x }, id) => editor.tracks.setStatic(id, x > 0.5),
  setLife: (editor, { x, frame }, id) => editor.tracks.setLife(id, frame, frame + Math.floor(x * 6)),
  copyToFrame: (editor, { x }, id) => editor.tracks.copyToFrame(id, Math.floor(x * FRAMES)),
  place: (editor, { x }) => editor.fitting.place({ box: boxAt(x), click: [8, 0, 0] }),
  group: (editor, _dice, id) => editor.group.toggle(id),
  deleteGroup: (editor) => editor.group.deleteCuboids(),
  merge: (editor, { x }, id) => editor.tracks.merge(id, pick(editor, x)),
  split: (editor, _dice, id) => editor.tracks.split(id),
  trimStart: (editor, _dice, id) => editor.tracks.beginLifeHere(id),
  trimEnd: (editor, _dice, id) => editor.tracks.endLifeHere(id),
  oneSize: (editor, _dice, id) => editor.tracks.useSizeEverywhere(id),
  extendForward: (editor) => editor.propagation.extend(['forward']),
  extendBack: (editor) => editor.propagation.extend(['back']),
  labelOnce: (editor, _dice, id) => editor.propagation.labelOnce(id),
  snap: (editor, _dice, id) => editor.propagation.snap(id),
  thin: (editor, _dice, id) => editor.propagation.thin(id),
  drawTight: (editor, { frame, x }, trackId) =>
    drawInImage(editor, { frameIndex: frame, trackId, kind: 'tight' }, x),
  drawIgnore: (editor, { frame, x }) =>
    drawInImage(editor, { frameIndex: frame, trackId: null, kind: 'ignore' }, x),
  changeImageBox: (editor, { x }) =>
    onImageBox(editor, x, (box) => editor.imageBoxes.change(box, rectangleAt(x))),
  nudgeImageBox: (editor, { x, verb }) =>
    onImageBox(editor, x, () => {
      for (let part = verb % 5; part > 0; part -= 1) {
        editor.imageBoxes.nextPart();
      }
      editor.imageBoxes.nudge([2, x > 0.5 ? -1 : 1]);
    }),
  removeImageBox: (editor, { x }) => onImageBox(editor, x, () => editor.imageBoxes.removeSelected()),
  gridInterpolate: inGrid((editor) => editor.grid.interpolate()),
  gridToggleKeys: inGrid((editor) => editor.grid.toggleKeys()),
  gridConfirm: inGrid((editor) => editor.grid.confirm()),
  gridRemove: inGrid((editor) => editor.grid.remove()),
  gridCopy: inGrid((editor) => editor.grid.copy()),
  gridFit: inGrid((editor) => editor.grid.fit('all')),
  gridNudge: inGrid((editor) => editor.nudge({ dx: 0.2 })),
  setFrameState: (editor, { x }) => editor.frames.setState(x > 0.6 ? 'done' : x > 0.3 ? 'empty' : null),
};

/** Actions that would take back what the test wants kept; whose effect it checks itself. */
const NOT_HERE = ['undo', 'redo'];
const STEPS: readonly (readonly [string, Verb])[] = [
  ...Object.entries(VERBS),
  ...ACTIONS.filter(({ id }) => !NOT_HERE.includes(id)).map(
    (action) =>
      [
        action.id,
        (editor: Editor) => (action.isEnabled(editor) ? action.run(editor, {}) : undefined),
      ] as const,
  ),
];

/** One of the tracks there are. */
function pick({ store }: Editor, x: number): TrackId {
  const tracks = store.all('tracks');
  return tracks[Math.floor(x * tracks.length) % Math.max(1, tracks.length)]?.id ?? newTrackId();
}

const rectangleAt = (x: number): LtrbPx => [x * 50, x * 20, x * 50 + 30, x * 20 + 25];

type DrawnIn = Pick<ImageDraft, 'frameIndex' | 'trackId' | 'kind'>;

function drawInImage(editor: Editor, drawn: DrawnIn, x: number): void {
  editor.imageBoxes.keep({ ...drawn, camera: 'front', id: null, ltrb_px: rectangleAt(x) });
}

/** Go to one of the 2D boxes there are, and do something with it. */
function onImageBox(editor: Editor, x: number, verb: (box: ImageBox) => unknown): void {
  const boxes = editor.store.all('image_boxes');
  const box = boxes[Math.floor(x * boxes.length) % Math.max(1, boxes.length)];
  if (box) {
    editor.goToFrame(box.frame_index);
    editor.imageBoxes.select(box.id);
    verb(box);
  }
}

/** In the grid of the selected object, with some frames chosen. */
function inGrid(verb: (editor: Editor) => unknown): Verb {
  return async (editor, { x }) => {
    editor.grid.open();
    editor.grid.chooseAll();
    editor.grid.choose(Math.floor(x * FRAMES), 'toggle');
    await verb(editor);
    editor.grid.close();
  };
}

function dragBy(editor: Editor, x: number): void {
  const box = editor.beginGesture('history.move');
  if (box) {
    [0.2, 0.6, 1].forEach((part) => editor.updateGesture(moveInObject(box, [x * part, 0, 0])));
  }
}

const FITTED: FittedBox = {
  box: boxAt(0.25),
  confidence: 0.8,
  supported_faces: ['front'],
  point_count: 40,
  reason: null,
  prior: { size_lwh_m: [4, 2, 1.5], source: 'taxonomy', track_count: 0 },
};

const REASON = { code: 'snapped', values: {}, sentence: '' };

const proposed = (frame_index: number) => ({
  frame_index,
  box: FITTED.box,
  confidence: 0.6,
  supported_faces: [],
  point_count: 40,
});

const FRONT: CameraInfo = {
  name: 'front',
  model: 'pinhole',
  width_px: 300,
  height_px: 100,
  fx_px: 180,
  fy_px: 180,
  cx_px: 150,
  cy_px: 50,
  distortion: [],
  max_angle_rad: Math.PI / 2,
  cam_from_ego: { quat_wxyz: [0.5, 0.5, -0.5, 0.5], translation_m: [0, 1.2, 0] },
  images_are: 'rectified',
};

/** A machine that always has the same idea. */
const proposer = {
  fit: () => Promise.resolve(FITTED),
  refit: () => Promise.resolve(FITTED),
  fitInImage: () => Promise.resolve({ fitted: FITTED, overlap: 0.9, reason: null }),
  extend: ({ keys, direction }) => {
    const frames = keys.map(({ frame_index }) => frame_index);
    const next = direction === 'forward' ? Math.max(...frames) + 1 : Math.min(...frames) - 1;
    const cuboids = next < 0 || next >= FRAMES ? [] : [proposed(next)];
    return Promise.resolve({
      cuboids,
      revised_keys: [],
      stopped_at: null,
      reason: REASON,
      predicted_in: 'world',
      prior: FITTED.prior,
    });
  },
  thin: ({ keys }) => {
    const frames = keys.map(({ frame_index }) => frame_index);
    const isKept = (_frame: number, index: number) => index % 2 === 0;
    const keep = frames.filter(isKept);
    const remove = frames.filter((frame) => !keep.includes(frame));
    return Promise.resolve({ keep, remove, made_static: false, answers_lost: 0 });
  },
  snap: ({ keys, frame_index }) =>
    Promise.resolve({
      keys: [...new Set([...keys.map((key) => key.frame_index), frame_index])].map((frame) => ({
        frame_index: frame,
        box: FITTED.box,
        offset_m: 0.1,
      })),
      frames_looked_at: keys.length,
      frames_bounded: [],
      reason: REASON,
    }),
  motion: () => Promise.resolve([]),
  pointsPerFrame: () => Promise.reject(new Error('not here')),
} satisfies Proposer;

/** All records as text, by kind and id. */
function textOf(all: (kind: (typeof RECORD_KINDS)[number]) => readonly AnyRecord[]): string {
  const sorted = (records: readonly AnyRecord[]) => [...records].sort((a, b) => (a.id < b.id ? -1 : 1));
  return JSON.stringify(
    RECORD_KINDS.map((kind) => sorted(all(kind))),
    null,
    1,
  );
}
const shown = ({ store }: Editor): string => textOf((kind) => store.all(kind));
const stored = ({ tables }: FakeServer): string => textOf((kind) => [...tables[kind].values()]);

async function act(editor: Editor, dice: Dice): Promise<void> {
  const tracks = editor.store.all('tracks');
  const trackId = tracks[dice.track % Math.max(1, tracks.length)]?.id ?? newTrackId();
  editor.goToFrame(dice.frame);
  editor.select(trackId);
  const [, verb] = STEPS[dice.verb % STEPS.length] ?? ['', () => undefined];
  await verb(editor, dice, trackId);
  editor.endGesture();
  // What the machine answers comes in later ticks.
  await new Promise((resolve) => setTimeout(resolve));
}

const undoAll = (editor: Editor): void => {
  for (let left = 2000; editor.history.canUndo && left > 0; left -= 1) {
    editor.undo();
  }
};
const redoAll = (editor: Editor): void => {
  for (let left = 2000; editor.history.canRedo && left > 0; left -= 1) {
    editor.redo();
  }
};

const anyDice: fc.Arbitrary<Dice> = fc.record({
  verb: fc.nat({ max: 10_000 }),
  frame: fc.nat({ max: FRAMES - 1 }),
  track: fc.nat({ max: 50 }),
  x: fc.double({ min: 0, max: 1, noNaN: true }),
});
const RUNS = { seed: 5, numRuns: 6, endOnFailure: true };

describe('undo all, redo all', () => {
  const editors: Editor[] = [];
  afterEach(() => editors.splice(0).forEach((editor) => editor.dispose()));

  async function open(): Promise<{ editor: Editor; server: FakeServer }> {
    const server = new FakeServer();
    server.changeByOther({
      added: {
        tracks: [trackOf('a', { external_id: '3' }), trackOf('b', { is_static: true })],
        cuboids: [
          keyOf('a', 0, 10, { attributes: { occluded: 1, old: 'yes' }, source: 'imported:kitti' }),
          keyOf('a', 6, 14, { confirmed_by: null, source: 'model:m@1', score: 0.4 }),
          keyOf('b', 2, 20),
        ],
        image_boxes: [imageBox('i', 'a')],
      },
    });
    const scene = { ...sceneOf({ frameCount: FRAMES }), cameras: [FRONT] };
    const frames = scene.frames.map((frame) => ({ ...frame, points_url: `/points/${frame.index}` }));
    const editor = new Editor({
      scene: { ...scene, frames },
      transport: server,
      journal: new MemoryJournal(),
      proposer,
      delayMs: () => 1,
    });
    editors.push(editor);
    await editor.start();
    return { editor, server };
  }

  const imageBox = (id: string, track: string | null): ImageBox => ({
    id: id as ImageBoxId,
    frame_index: 0,
    camera: 'front',
    track_id: track as TrackId | null,
    kind: 'given',
    ltrb_px: [1, 2, 30, 40],
    attributes: {},
  });

  const settle = async (editor: Editor) => {
    await vi.waitFor(
      () => {
        if (editor.sync.state === 'conflict') {
          editor.sync.resolve('mine');
        }
        expect(editor.sync.state).toBe('saved');
      },
      { timeout: 20_000, interval: 5 },
    );
  };

  it('restores every byte, here and on the server', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyDice, { minLength: 200, maxLength: 200 }), async (all) => {
        const { editor, server } = await open();
        const before = shown(editor);
        for (const dice of all) {
          await act(editor, dice);
        }
        const after = shown(editor);
        undoAll(editor);
        expect(shown(editor)).toBe(before);
        redoAll(editor);
        expect(shown(editor)).toBe(after);
        await settle(editor);
        expect(stored(server)).toBe(after);
        editor.dispose();
      }),
      RUNS,
    );
  });

  it('leaves labels that fit together while others change them, too', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyDice, { minLength: 120, maxLength: 120 }), async (all) => {
        const { editor, server } = await open();
        for (const dice of all) {
          await act(editor, dice);
          await settle(editor);
          if (dice.track % 4 === 0) {
            othersChange(editor, server, dice);
          }
        }
        undoAll(editor);
        expect(contradictions(editor)).toEqual([]);
        redoAll(editor);
        expect(contradictions(editor)).toEqual([]);
        await settle(editor);
        expect(stored(server)).toBe(shown(editor));
        editor.dispose();
      }),
      RUNS,
    );
  });
});

/** Somebody moves or removes a cuboid, gives an object another number, removes it, or makes a new one. */
function othersChange(editor: Editor, server: FakeServer, { x, track, frame }: Dice): void {
  const tracks = [...server.tables.tracks.values()];
  const chosen = tracks[track % Math.max(1, tracks.length)];
  const keys = [...server.tables.cuboids.values()].filter(({ track_id }) => track_id === chosen?.id);
  const key = keys[0];
  const number = `other ${server.revision}`;
  const parts =
    chosen && key && x < 0.3
      ? { updated: { cuboids: [{ from: key, to: { ...key, size_lwh_m: [9, 9, 9] as const } }] } }
      : chosen && x < 0.5
        ? { updated: { tracks: [{ from: chosen, to: { ...chosen, external_id: number } }] } }
        : chosen && x < 0.6
          ? {
              removed: {
                tracks: [chosen],
                cuboids: keys,
                image_boxes: [...server.tables.image_boxes.values()].filter(
                  (box) => box.track_id === chosen.id,
                ),
              },
            }
          : { added: { tracks: [trackOf(number)], cuboids: [keyOf(number, frame)] } };
  const change = server.changeByOther(parts);
  editor.sync.receive(server.revision, change);
}

/** What no labels may have, as the server would say. */
function contradictions({ store }: Editor): readonly string[] {
  const places = store.all('cuboids').map((each) => `${each.track_id} ${each.frame_index}`);
  const numbers = store.all('tracks').flatMap(({ external_id }) => external_id ?? []);
  const named = [...store.all('cuboids'), ...store.all('image_boxes')].flatMap(
    ({ track_id }) => track_id ?? [],
  );
  return [
    ...repeated(places).map((place) => `two keys: ${place}`),
    ...repeated(numbers).map((number) => `two tracks: ${number}`),
    ...named.filter((id) => store.get('tracks', id) === undefined).map((id) => `no track: ${id}`),
    ...store
      .all('cuboids')
      .filter((each) =>
        corners(each)
          .flat()
          .some((value) => !Number.isFinite(value)),
      )
      .map(({ id }) => `nowhere: ${id}`),
  ];
}

const repeated = (values: readonly string[]): readonly string[] =>
  values.filter((value, index) => values.indexOf(value) !== index);
