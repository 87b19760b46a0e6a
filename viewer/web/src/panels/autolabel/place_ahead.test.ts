import { expect, it } from 'vitest';

import type { SceneId, TrackId } from '../../model/ids';
import { goThereLater, takePlace } from './place_ahead';

it('waits for its own scene, once', () => {
  const place = { sceneId: 'one' as SceneId, frameIndex: 4, trackId: 'a' as TrackId };
  goThereLater(place);
  expect(takePlace('other' as SceneId)).toBeNull();
  expect(takePlace('one' as SceneId)).toEqual(place);
  expect(takePlace('one' as SceneId)).toBeNull();
});
