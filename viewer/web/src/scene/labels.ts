/** Names of boxes and distances of rings, as crisp page text above the perspective view. */
import type { Vec2, Vec3 } from '../model/tuples';

/** A name tag at a point. */
export interface Label {
  readonly text: string;
  readonly anchor_ego: Vec3;
  /** `#rrggbb` */
  readonly color: string;
  readonly emphasis: 'hovered' | 'selected';
}

const RINGS_M = [20, 40, 60, 80];
const LIFT_PX = 12;

export class Labels {
  readonly #root = document.createElement('div');
  readonly #labels: HTMLElement[] = [];
  readonly #rings: readonly HTMLElement[];

  constructor(parent: HTMLElement) {
    this.#root.className = 'tb-scene-overlay';
    this.#rings = RINGS_M.map((metres) => {
      const ring = document.createElement('div');
      ring.className = 'tb-scene-ring';
      ring.textContent = `${metres} m`;
      return ring;
    });
    this.#root.append(...this.#rings);
    parent.append(this.#root);
  }

  /** @param project a point's place in CSS pixels, or null when it is not in view. */
  show(labels: readonly Label[], project: (point_ego: Vec3) => Vec2 | null): void {
    while (this.#labels.length < labels.length) {
      this.#labels.push(this.#addLabel());
    }
    for (const [index, element] of this.#labels.entries()) {
      const label = labels[index];
      const place = label === undefined ? null : project(label.anchor_ego);
      move(element, place === null ? null : [place[0], place[1] - LIFT_PX], 'translate(-50%, -100%)');
      if (label !== undefined) {
        element.textContent = label.text;
        element.dataset['emphasis'] = label.emphasis;
        element.style.setProperty('--tb-scene-color', label.color);
      }
    }
  }

  /** Distances along the ring's right, where they seldom cover anything. */
  showRings(isShown: boolean, groundZ: number, project: (point_ego: Vec3) => Vec2 | null): void {
    for (const [index, ring] of this.#rings.entries()) {
      const along = (RINGS_M[index] ?? 0) * Math.SQRT1_2;
      move(ring, isShown ? project([along, -along, groundZ]) : null, 'translate(4px, 2px)');
    }
  }

  dispose(): void {
    this.#root.remove();
  }

  #addLabel(): HTMLElement {
    const element = document.createElement('div');
    element.className = 'tb-scene-label';
    this.#root.append(element);
    return element;
  }
}

function move(element: HTMLElement, place: Vec2 | null, after: string): void {
  element.hidden = place === null;
  element.style.display = place === null ? 'none' : '';
  if (place !== null) {
    element.style.transform = `translate(${place[0].toFixed(1)}px, ${place[1].toFixed(1)}px) ${after}`;
  }
}
