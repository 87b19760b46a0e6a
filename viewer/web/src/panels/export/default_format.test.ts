import { expect, it } from 'vitest';

import type { SceneId } from '../../model/ids';
import { defaultFormat } from './default_format';

const writable = ['kitti-object', 'kitti-tracking'];
const scene = (id: string, format: string) => ({ id: id as SceneId, format });
const scenes = [scene('a', 'kitti-raw'), scene('b', 'kitti-tracking'), scene('c', 'kitti-object')];

it('is the format of the open scene', () => {
  expect(defaultFormat(writable, scenes, 'b' as SceneId)).toBe('kitti-tracking');
});

it('is the most common one of the project', () => {
  expect(defaultFormat(writable, [...scenes, scene('d', 'kitti-tracking')], null)).toBe('kitti-tracking');
});

it('is the first where the scenes have a format that cannot be written', () => {
  expect(defaultFormat(writable, scenes, 'a' as SceneId)).toBe('kitti-object');
  expect(defaultFormat(writable, [], null)).toBe('kitti-object');
  expect(defaultFormat([], scenes, null)).toBe('');
});
