/** Where to go in a scene that is not open yet: kept while the page of that scene opens. */
import type { SceneId, TrackId } from '../../model/ids';

export interface Place {
  readonly sceneId: SceneId;
  readonly frameIndex: number;
  readonly trackId: TrackId | null;
}

let ahead: Place | null = null;

export function goThereLater(place: Place): void {
  ahead = place;
}

/** The place that waits in this scene; asked once, it is forgotten. */
export function takePlace(sceneId: SceneId): Place | null {
  const place = ahead?.sceneId === sceneId ? ahead : null;
  if (place !== null) {
    ahead = null;
  }
  return place;
}
