import { beforeEach, describe, expect, it } from 'vitest';

import { MemoryJournal } from '../../store/journal';
import { FakeServer, sceneOf } from '../../store/testing';
import type { Vec3 } from '../../model/tuples';
import { Editor } from '../editor';
import { measure } from './ruler_tool';
import type { PointerInput } from './tool';
import { createTools } from './tool_box';

const at = (point: Vec3 | null, fields: Partial<PointerInput> = {}): PointerInput => ({
  ground: [0, 0, 0],
  point,
  trackId: null,
  place: [0, 0],
  trackIdsFrom: () => [],
  modifiers: { shift: false, ctrl: false, alt: false },
  viewYawRad: 0,
  movedPx: 0,
  ...fields,
});

describe('the ruler', () => {
  let editor: Editor;
  const ruler = () => editor.session.getState().ruler;
  const click = (input: PointerInput) => {
    const tools = createTools(editor);
    expect(tools.onPointerDown(input)).toBe(false);
    tools.onPointerUp(input);
  };

  beforeEach(() => {
    editor = new Editor({ scene: sceneOf(), transport: new FakeServer(), journal: new MemoryJournal() });
    editor.setTool('ruler');
  });

  it('measures from point to point, the open end with the pointer, and keeps nothing', () => {
    click(at([1, 2, 0]));
    createTools(editor).onPointerMove(at([2, 2, 0]));
    expect(ruler()?.end_ego).toEqual([2, 2, 0]);
    click(at([4, 6, 12]));
    const measured = ruler();
    expect(measured?.isDone).toBe(true);
    expect(measured && measure(measured)).toEqual({ delta_m: [3, 4, 12], distance_m: 13, horizontal_m: 5 });
    createTools(editor).onPointerMove(at([9, 9, 9]));
    expect(ruler()).toBe(measured);
    expect([editor.history.canUndo, editor.store.all('cuboids')]).toEqual([false, []]);
  });

  it('begins anew with the third click and in another frame', () => {
    [at([0, 0, 0]), at([1, 0, 0]), at([5, 0, 0])].forEach(click);
    expect(ruler()).toMatchObject({ start_ego: [5, 0, 0], isDone: false });
    editor.goToFrame(3);
    click(at([6, 0, 0]));
    expect(ruler()).toMatchObject({ start_ego: [6, 0, 0], frameIndex: 3, isDone: false });
  });

  it('falls back to the ground, and leaves drags and the sky alone', () => {
    click(at(null, { ground: [3, 3, -1] }));
    expect(ruler()?.start_ego).toEqual([3, 3, -1]);
    click(at([4, 4, 0], { movedPx: 90 }));
    click(at(null, { ground: null }));
    expect(ruler()?.isDone).toBe(false);
  });

  it('is gone with the tool', () => {
    click(at([1, 0, 0]));
    editor.setTool('select');
    expect(ruler()).toBeNull();
  });
});
