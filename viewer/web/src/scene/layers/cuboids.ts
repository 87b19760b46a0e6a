/**
 * All cuboids of the shown frame: wireframes, headings and translucent faces, a few draws for all of them. The side
 * views show one box alone and draw it themselves, with its handles.
 */
import {
  BufferGeometry,
  DoubleSide,
  Float32BufferAttribute,
  Group,
  Mesh,
  MeshBasicMaterial,
  type Object3D,
} from 'three';

import type { LineStyle } from '../../editor/line_style';
import type { Face } from '../../geometry/box';
import type { Box } from '../../model/records';
import { mixColors, rgbOf } from '../colormap';
import { edgeSegments, faceTriangles, FACES, headingSegments } from './cuboid_lines';
import { FatLines, SegmentList } from './fat_lines';
import { PERSPECTIVE_ONLY } from './channels';

export type Emphasis = 'none' | 'hovered' | 'selected';

/** A cuboid as it is to be drawn. */
export interface CuboidLook {
  readonly box: Box;
  /** `#rrggbb` of its category. */
  readonly color: string;
  readonly style: LineStyle;
  readonly emphasis: Emphasis;
  /** The faces that points hold; without it, all look as if they were. */
  readonly held?: readonly Face[] | null;
}

const WIDTHS_PX = { thin: 1.1, none: 1.6, hovered: 2.2, selected: 2.6 } as const;
type Width = keyof typeof WIDTHS_PX;

const FRONT_OPACITY = { none: 0.2, hovered: 0.3, selected: 0.34 } as const;
const FACE_OPACITY = { none: 0, hovered: 0.05, selected: 0.08 } as const;
/** How far an emphasised line goes towards white. */
const LIGHTER = { none: 0, hovered: 0.3, selected: 0.45 } as const;

export class CuboidsLayer {
  readonly object = new Group();
  readonly #lines: Readonly<Record<Width, FatLines>>;
  readonly #faces: Mesh<BufferGeometry, MeshBasicMaterial>;

  constructor() {
    this.#lines = {
      thin: new FatLines(WIDTHS_PX.thin),
      none: new FatLines(WIDTHS_PX.none),
      hovered: new FatLines(WIDTHS_PX.hovered),
      selected: new FatLines(WIDTHS_PX.selected),
    };
    this.#faces = new Mesh(
      new BufferGeometry(),
      new MeshBasicMaterial({ vertexColors: true, transparent: true, depthWrite: false, side: DoubleSide }),
    );
    this.#faces.frustumCulled = false;
    this.#faces.layers.set(PERSPECTIVE_ONLY);
    const lines: Object3D[] = Object.values(this.#lines).map((part) => part.object);
    this.object.add(this.#faces, ...lines);
  }

  set(looks: readonly CuboidLook[]): void {
    const lists: Record<Width, SegmentList> = {
      thin: new SegmentList(),
      none: new SegmentList(),
      hovered: new SegmentList(),
      selected: new SegmentList(),
    };
    for (const look of looks) {
      const color = mixColors(look.color, '#ffffff', LIGHTER[look.emphasis]);
      const list = lists[widthOf(look)];
      for (const [from, to] of [
        ...edgeSegments(look.box, look.style, look.held),
        ...headingSegments(look.box),
      ]) {
        list.add(from, to, color);
      }
    }
    for (const width of ['thin', 'none', 'hovered', 'selected'] as const) {
      this.#lines[width].set(lists[width]);
    }
    this.#setFaces(looks);
  }

  #setFaces(looks: readonly CuboidLook[]): void {
    const positions: number[] = [];
    const colors: number[] = [];
    for (const { box, color, emphasis } of looks) {
      const [red, green, blue] = rgbOf(color);
      for (const [index, face] of FACES.entries()) {
        const opacity = index === 0 ? FRONT_OPACITY[emphasis] : FACE_OPACITY[emphasis];
        if (opacity > 0) {
          positions.push(...faceTriangles(box, face));
          for (let corner = 0; corner < 6; corner += 1) {
            colors.push(red / 255, green / 255, blue / 255, opacity);
          }
        }
      }
    }
    this.#faces.geometry.dispose();
    this.#faces.geometry = new BufferGeometry();
    this.#faces.geometry.setAttribute('position', new Float32BufferAttribute(positions, 3));
    this.#faces.geometry.setAttribute('color', new Float32BufferAttribute(colors, 4));
    this.#faces.visible = positions.length > 0;
  }

  dispose(): void {
    for (const lines of Object.values(this.#lines)) {
      lines.dispose();
    }
    this.#faces.geometry.dispose();
    this.#faces.material.dispose();
  }
}

function widthOf({ emphasis, style }: CuboidLook): Width {
  return emphasis === 'none' && style === 'dashed' ? 'thin' : emphasis;
}
