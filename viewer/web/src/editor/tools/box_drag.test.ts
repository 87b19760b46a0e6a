import { describe, expect, it } from 'vitest';

import { uprightBox, yawOfBox } from '../../geometry/box';
import { quatFromAxisAngle } from '../../geometry/quaternion';
import { tiltOf } from '../../geometry/se3';
import { cross, distance } from '../../geometry/vec3';
import type { Box } from '../../model/records';
import type { Vec2 } from '../../model/tuples';
import {
  CORNER_HANDLES,
  cursorOf,
  dragBox,
  facesOf,
  EDGE_HANDLES,
  fromView,
  handlePosition,
  HANDLES,
  hitHandle,
  type SideView,
  toView,
  VIEW_AXES,
  viewSize,
} from './box_drag';

const VIEWS: readonly SideView[] = ['top', 'side', 'rear'];
const box: Box = {
  ego_from_object: { quat_wxyz: quatFromAxisAngle([0, 0, 1], 2.1), translation_m: [12, -4, 0.3] },
  size_lwh_m: [4.2, 1.8, 1.6],
};
const opposite = { left: 'right', right: 'left', up: 'down', down: 'up' } as const;
const mirrored = (handle: string) =>
  CORNER_HANDLES.find((each) => handle.split('-').every((part) => !each.includes(part))) ?? 'left-up';
const closeTo = ([x, y]: Vec2, [u, v]: Vec2) => Math.hypot(x - u, y - v) < 1e-12;

describe.each(VIEWS)('the %s view', (view) => {
  it('has right-handed axes that point at the viewer', () => {
    const { right, up, towards } = VIEW_AXES[view];
    expect(cross(right, up).map((each) => each + 0)).toEqual(towards.map((each) => each + 0));
  });

  it('comes back from a point', () => {
    expect(closeTo(toView(view, box, fromView(view, box, [0.7, -0.4])), [0.7, -0.4])).toBe(true);
  });

  it.each([...EDGE_HANDLES, ...CORNER_HANDLES])(
    'drags %s with the pointer and keeps the far side',
    (handle) => {
      const delta: Vec2 = [0.31, 0.17];
      const dragged = dragBox(view, handle, delta, box);
      const fixed = handle in opposite ? opposite[handle as keyof typeof opposite] : mirrored(handle);
      const before = fromView(view, box, handlePosition(view, fixed, box));
      const after = fromView(view, dragged, handlePosition(view, fixed, dragged));
      expect(distance(before, after)).toBeLessThan(1e-12);
      const start = handlePosition(view, handle, box);
      const end = toView(view, box, fromView(view, dragged, handlePosition(view, handle, dragged)));
      const moved: Vec2 = [end[0] - start[0], end[1] - start[1]];
      const isCorner = handle.includes('-');
      const isSideways = handle === 'left' || handle === 'right';
      expect(closeTo(moved, [isCorner || isSideways ? 0.31 : 0, isCorner || !isSideways ? 0.17 : 0])).toBe(
        true,
      );
    },
  );

  it('moves all of the box', () => {
    const moved = dragBox(view, 'move', [0.5, -0.2], box);
    expect(closeTo(toView(view, box, moved.ego_from_object.translation_m), [0.5, -0.2])).toBe(true);
    expect(moved.size_lwh_m).toEqual(box.size_lwh_m);
    expect(moved.ego_from_object.quat_wxyz).toEqual(box.ego_from_object.quat_wxyz);
  });

  it('turns so that the rotation handle follows the pointer', () => {
    const start = handlePosition(view, 'rotate', box);
    const end: Vec2 = [-1.1, 0.9];
    const turned = dragBox(view, 'rotate', [end[0] - start[0], end[1] - start[1]], box);
    const [x, y] = toView(view, box, fromView(view, turned, handlePosition(view, 'rotate', turned)));
    expect(Math.atan2(y, x)).toBeCloseTo(Math.atan2(end[1], end[0]), 12);
    expect(turned.size_lwh_m).toEqual(box.size_lwh_m);
  });

  it('never turns a box inside out', () => {
    const squashed = dragBox(view, 'right-up', [-50, -50], box);
    expect(Math.min(...viewSize(view, squashed))).toBeCloseTo(0.05, 12);
  });

  it('keeps the centre when both sides move', () => {
    const grown = dragBox(view, 'left', [-0.3, 0], box, { symmetric: true });
    expect(grown.ego_from_object).toEqual(box.ego_from_object);
    expect(viewSize(view, grown)[0]).toBeCloseTo(viewSize(view, box)[0] + 0.6, 12);
  });

  it.each(HANDLES)('hits %s where it is drawn', (handle) => {
    expect(hitHandle(view, box, handlePosition(view, handle, box), 0.15)).toBe(handle);
    expect(cursorOf(handle)).not.toBe('');
  });

  it('hits nothing away from the box', () => {
    const [width, height] = viewSize(view, box);
    expect(hitHandle(view, box, [width / 2 + 0.5, 0], 0.15)).toBeNull();
    expect(hitHandle(view, box, [0, -height / 2 - 0.5], 0.15)).toBeNull();
  });
});

it('hits the nearest edge of a box that is smaller than the tolerance', () => {
  const tiny = uprightBox([0, 0, 0], [0.2, 0.2, 0.2], 0);
  expect(hitHandle('top', tiny, [0.1, 0.1], 0.3)).toBe('right-up');
  expect(hitHandle('top', tiny, [-0.09, -0.1], 0.3)).toBe('left-down');
});

it.each([
  ['top', 'up', ['front']],
  ['top', 'right-down', ['right', 'back']],
  ['side', 'left', ['back']],
  ['side', 'right-up', ['front', 'top']],
  ['rear', 'left-down', ['left', 'bottom']],
] as const)('moves in the %s view with %s the faces %s', (view, handle, faces) => {
  expect(facesOf(view, handle)).toEqual(faces);
});

it('turns the heading in the top view and tilts in the others', () => {
  const start = handlePosition('top', 'rotate', box);
  const quarterLeft: Vec2 = [-start[1], -start[1]];
  expect(yawOfBox(dragBox('top', 'rotate', quarterLeft, box))).toBeCloseTo(
    2.1 + Math.PI / 2 - 2 * Math.PI,
    9,
  );
  expect(tiltOf(dragBox('side', 'rotate', [0.2, 0], box).ego_from_object)).toBeGreaterThan(0.05);
});
