/** Stands in for the 3D views where the browser cannot draw them, and says so. */
import type { Viewport, ViewElements, ViewportStats, ViewportStatus } from './viewport';
import './scene.css';

export class NoWebGlViewport implements Viewport {
  readonly stats: ViewportStats = {
    points: 0,
    totalPoints: 0,
    drawnPoints: 0,
    keptBytes: 0,
    frameReadyAt: null,
    lastSwitchMs: null,
  };
  readonly status: ViewportStatus;
  readonly canAdvance = true;
  readonly #message = document.createElement('div');

  constructor(text: string) {
    this.status = { state: 'no-webgl', frameIndex: 0, message: text };
    this.#message.className = 'tb-scene-message';
    this.#message.setAttribute('role', 'alert');
    this.#message.dataset['testid'] = 'no-webgl';
    this.#message.textContent = text;
  }

  setElements({ perspective }: ViewElements): void {
    perspective.append(this.#message);
  }

  focusSelected(): void {
    // There is no camera.
  }

  lookAtPixel(): void {
    // There is no camera.
  }

  viewFrom(): void {
    // There is no camera.
  }

  subscribe(): () => void {
    return () => undefined;
  }

  pointsInside(): null {
    return null;
  }

  projectToScreen(): null {
    return null;
  }

  sideViewRect(): null {
    return null;
  }

  worldToSideView(): null {
    return null;
  }

  dispose(): void {
    this.#message.remove();
  }
}
