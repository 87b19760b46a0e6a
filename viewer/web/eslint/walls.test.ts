import { describe, expect, test } from 'vitest';

import { wallBetween } from './walls.js';

const src = '/app/src';
const wall = (file: string, source: string) => wallBetween(src, `${src}/${file}`, source);

describe('the walls between rooms', () => {
  test.each([
    ['store/sync.ts', '../api/client'],
    ['store/sync.ts', './history'],
    ['geometry/project.ts', '../model'],
    ['scene/layers/points.ts', '../../editor/verbs'],
    ['scene/layers/points.ts', 'three/examples/jsm/lines/LineSegments2.js'],
    ['pages/editor.tsx', '../scene/renderer'],
    ['panels/timeline.tsx', 'react'],
    ['geometry/box.test.ts', '../../../../tests/data/golden/box.json'],
    ['geometry/box.test.ts', 'vitest'],
    ['main.tsx', './pages/editor'],
    ['main.tsx', '@mantine/core'],
    ['main.tsx', './styles.css'],
  ])('%s may import %s', (file, source) => {
    expect(wall(file, source)).toBeNull();
  });

  test.each([
    ['scene/renderer.ts', '../panels/timeline', 'scene may not import panels'],
    ['panels/timeline.tsx', '../scene', 'panels may not import scene'],
    ['panels/timeline.tsx', 'three', 'only be imported in scene'],
    ['pages/editor.tsx', 'camera-controls', 'only be imported in scene'],
    ['geometry/box.ts', 'three', 'pure'],
    ['geometry/box.ts', '../store/store', 'geometry may not import store'],
    ['geometry/box.ts', '../../../elsewhere', 'outside src'],
    ['model/ids.ts', '../geometry/se3', 'model may not import geometry'],
    ['store/store.ts', 'react', 'only be imported in'],
    ['editor/verbs.ts', '../api/client', 'editor may not import api'],
    ['main.tsx', 'three', 'only be imported in scene'],
    ['main.tsx', '../elsewhere', 'outside src'],
    ['api/client.ts', '../main', 'api may not import main'],
    ['utils/format.ts', '../model', 'is no room'],
  ])('%s may not import %s', (file, source, reason) => {
    expect(wall(file, source)).toContain(reason);
  });
});
