/** What the editor needs first, asked for as soon as the page's address is known: before its code is here. */
import type { SceneId } from '../model/ids';
import type { SceneLabels } from '../model/records';
import type { SceneDetail } from '../model/scene';
import { api, STRIP_IMAGE_WIDTH_PX, thumbnailUrl } from './client';
import { keptImages } from './kept_images';
import { PointsClient } from './points';

interface Opening {
  readonly id: SceneId;
  scene: Promise<SceneDetail> | null;
  labels: Promise<SceneLabels> | null;
  points: PointsClient | null;
}

let opening: Opening | null = null;

/** The scene that a page's address names, or null. */
export function sceneOfPath(path: string): SceneId | null {
  const name = /^\/scenes\/([^/]+)\/?$/.exec(path)?.[1];
  return name === undefined ? null : (decodeURIComponent(name) as SceneId);
}

/**
 * Ask for a scene, its labels and its first frame's points, to be taken once each, and for its first images.
 * @returns when all is asked for.
 */
export async function openScene(
  id: SceneId,
  points = new PointsClient(),
  loadImage = keepUrgently,
): Promise<void> {
  const scene = api.getScene(id);
  const labels = api.getLabels(id);
  opening = { id, scene, labels, points };
  labels.catch(leaveToTaker);
  points.prepare();
  const first = await scene.then(({ frames }) => frames[0], leaveToTaker);
  const url = first?.points_url ?? null;
  // Not after the viewport took over: it knows better what it wants.
  if (url !== null && opening.points === points) {
    points.want(url).catch(leaveToTaker);
  }
  for (const imageUrl of Object.values(first?.image_urls ?? {})) {
    loadImage(thumbnailUrl(imageUrl, STRIP_IMAGE_WIDTH_PX));
  }
}

/** The scene's answer that is on its way, or a new one. */
export function takeScene(id: SceneId): Promise<SceneDetail> {
  const taken = opening?.id === id ? opening.scene : null;
  if (opening !== null && taken !== null) {
    opening.scene = null;
  }
  return taken ?? api.getScene(id);
}

/** All labels as they are now, or were when the page was opened: the caller must ask for what is newer. */
export function takeLabels(id: SceneId): Promise<SceneLabels> {
  const taken = opening?.id === id ? opening.labels : null;
  if (opening !== null && taken !== null) {
    opening.labels = null;
  }
  return taken ?? api.getLabels(id);
}

/** A client of points, with the first frame's on their way where the page was opened with a scene. */
export function takePointsClient(): PointsClient {
  const taken = opening?.points ?? null;
  if (opening !== null) {
    opening.points = null;
  }
  return taken ?? new PointsClient();
}

/** Who takes the promise hears of its failure; until then nobody needs to. */
function leaveToTaker(): undefined {
  return undefined;
}

function keepUrgently(url: string): void {
  keptImages.keep(url, true);
}
