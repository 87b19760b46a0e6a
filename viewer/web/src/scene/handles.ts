/** The selected box in a side view, with everything that can be dragged, as crisp SVG above the canvas. */
import {
  facesOf,
  fromView,
  HANDLES,
  handlePosition,
  toView,
  viewSize,
  type Handle,
  type SideView as SideViewName,
} from '../editor/tools/box_drag';
import type { Face } from '../geometry/box';
import type { Box } from '../model/records';
import type { Vec2 } from '../model/tuples';
import type { SideView } from './side_view';
import { svg, setPlace } from './svg';

/** From the box's edge to the rotation handle, CSS pixels. */
const ROTATE_OFFSET_PX = 24;

const HANDLE_PX = 7;
const EDGE_PX: Vec2 = [14, 4];
const ARROW_PX = 9;

/** Each edge with the corners of the rim that it joins. */
const SIDES = [
  ['down', 0, 1],
  ['right', 1, 2],
  ['up', 2, 3],
  ['left', 3, 0],
] as const;

/** How the box looks. */
export interface HandleLook {
  readonly color: string;
  /** The faces that points hold; null where nobody knows. */
  readonly held: readonly Face[] | null;
  /** Whether the box may be turned about its level axes, too. */
  readonly canTilt: boolean;
}

export class Handles {
  readonly #view: SideView;
  readonly #root = svg('svg', { class: 'tb-scene-handles' });
  readonly #outline = svg('polygon', { class: 'tb-scene-outline' });
  readonly #sides = SIDES.map(([edge]) => svg('line', { class: 'tb-scene-edge', 'data-edge': edge }));
  readonly #stem = svg('line', { class: 'tb-scene-stem' });
  readonly #heading = svg('polygon', { class: 'tb-scene-heading' });
  readonly #marks: ReadonlyMap<Handle, SVGElement>;
  #canRotate = false;
  readonly #sizes = [
    svg('text', { class: 'tb-scene-size' }),
    svg('text', { class: 'tb-scene-size' }),
  ] as const;

  constructor(view: SideView) {
    this.#view = view;
    this.#marks = new Map(HANDLES.map((handle) => [handle, markOf(handle, view.name)]));
    this.#root.append(
      this.#outline,
      ...this.#sides,
      this.#stem,
      this.#heading,
      ...this.#marks.values(),
      ...this.#sizes,
    );
    view.element.append(this.#root);
  }

  /** Metres from the box's edge to the rotation handle at the view's present scale. */
  get rotateOffsetM(): number {
    return ROTATE_OFFSET_PX * this.#view.metresPerPixel;
  }

  /** Whether there is a rotation handle: from the top always, elsewhere where boxes may be tilted. */
  get canRotate(): boolean {
    return this.#canRotate;
  }

  /** Show a box; null hides everything. */
  show(box: Box | null, { color, held, canTilt }: HandleLook): void {
    const { glued, name } = this.#view;
    const isShown = box !== null && glued !== null;
    this.#root.style.display = isShown ? '' : 'none';
    if (!isShown) {
      return;
    }
    this.#root.style.setProperty('--tb-scene-color', color);
    const place = (metres: Vec2) => this.#view.placeOf(toView(name, glued, fromView(name, box, metres)));
    const [width, height] = viewSize(name, box);
    this.#canRotate = name === 'top' || canTilt;
    const rotate = this.#marks.get('rotate');
    [rotate, this.#stem].forEach((mark) => mark?.classList.toggle('tb-scene-hidden', !this.#canRotate));
    this.#outline.setAttribute('points', points(rim(width, height).map(place)));
    this.#showSides(place, width, height, held);
    this.#showStem(place, height);
    this.#showHeading(place, width, height);
    for (const [handle, mark] of this.#marks) {
      setPlace(mark, place(handlePosition(name, handle, box, this.rotateOffsetM)));
    }
    this.#showSizes(place, width, height);
  }

  light(handle: Handle | null): void {
    for (const [name, mark] of this.#marks) {
      mark.classList.toggle('tb-scene-lit', name === handle);
    }
  }

  dispose(): void {
    this.#root.remove();
  }

  #showHeading(place: (metres: Vec2) => Vec2, width: number, height: number): void {
    const { name, metresPerPixel } = this.#view;
    const arrow = ARROW_PX * metresPerPixel;
    if (name === 'rear') {
      return;
    }
    const isTop = name === 'top';
    const tip: Vec2 = isTop ? [0, height / 2 - arrow * 0.5] : [width / 2 - arrow * 0.5, 0];
    const wing = (side: number): Vec2 =>
      isTop ? [side * arrow * 0.6, tip[1] - arrow] : [tip[0] - arrow, side * arrow * 0.6];
    this.#heading.setAttribute('points', points([tip, wing(1), wing(-1)].map(place)));
  }

  /** Each face that is seen from its edge: a line, dashed where no points hold it. */
  #showSides(
    place: (metres: Vec2) => Vec2,
    width: number,
    height: number,
    held: readonly Face[] | null,
  ): void {
    const corners = rim(width, height);
    SIDES.forEach(([edge, from, to], index) => {
      const side = this.#sides[index];
      const isHeld = held === null || facesOf(this.#view.name, edge).every((face) => held.includes(face));
      if (side !== undefined) {
        setLine(side, place(corners[from] ?? [0, 0]), place(corners[to] ?? [0, 0]));
        side.classList.toggle('tb-scene-unheld', !isHeld);
      }
    });
  }

  #showStem(place: (metres: Vec2) => Vec2, height: number): void {
    setLine(this.#stem, place([0, height / 2]), place([0, height / 2 + this.rotateOffsetM]));
  }

  #showSizes(place: (metres: Vec2) => Vec2, width: number, height: number): void {
    const { metresPerPixel } = this.#view;
    const [across, upright] = this.#sizes;
    setText(across, width, place([0, -height / 2 - 15 * metresPerPixel]), 'middle');
    setText(upright, height, place([width / 2 + 10 * metresPerPixel, 0]), 'start');
  }
}

function setLine(line: SVGElement, [x1, y1]: Vec2, [x2, y2]: Vec2): void {
  for (const [attribute, value] of Object.entries({ x1, y1, x2, y2 })) {
    line.setAttribute(attribute, value.toFixed(1));
  }
}

function markOf(handle: Handle, view: SideViewName): SVGElement {
  const mark = svg('g', { class: 'tb-scene-mark', 'data-testid': `handle-${view}-${handle}` });
  mark.append(shapeOf(handle));
  return mark;
}

function shapeOf(handle: Handle): SVGElement {
  switch (handle) {
    case 'rotate':
      return svg('circle', { r: 5.5 });
    case 'move':
      return svg('path', { d: 'M-6 0H6M0 -6V6', class: 'tb-scene-cross' });
    case 'left':
    case 'right':
      return bar(EDGE_PX[1], EDGE_PX[0]);
    case 'up':
    case 'down':
      return bar(EDGE_PX[0], EDGE_PX[1]);
    case 'left-up':
    case 'right-up':
    case 'left-down':
    case 'right-down':
      return bar(HANDLE_PX, HANDLE_PX);
  }
}

function bar(width: number, height: number): SVGElement {
  return svg('rect', { x: -width / 2, y: -height / 2, width, height, rx: 1.5 });
}

function rim(width: number, height: number): Vec2[] {
  const [x, y] = [width / 2, height / 2];
  return [
    [-x, -y],
    [x, -y],
    [x, y],
    [-x, y],
  ];
}

function points(places: readonly Vec2[]): string {
  return places.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ');
}

function setText(text: SVGElement, metres: number, place: Vec2, anchor: 'middle' | 'start'): void {
  text.textContent = `${metres.toFixed(2)} m`;
  text.setAttribute('text-anchor', anchor);
  text.setAttribute('x', place[0].toFixed(1));
  text.setAttribute('y', (place[1] + 4).toFixed(1));
}
