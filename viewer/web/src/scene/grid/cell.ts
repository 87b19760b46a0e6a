/** One cell's canvas: the points as they were last drawn, and the box over them. */
import type { Handle, SideView as SideViewName } from '../../editor/tools/box_drag';
import type { Box } from '../../model/records';
import { wordOf } from '../colormap';
import type { Crop } from './crop';
import { drawBox } from './draw_box';
import { type Pane, panesOf, type Size } from './panes';
import { splatAll } from './splat';

const BACKGROUND = wordOf(11, 15, 19);
const LINE = '#28333a';

/** What a cell shows. */
export interface CellView {
  readonly crop: Crop | null;
  readonly box: Box | null;
  readonly isGhost: boolean;
  readonly color: string;
  readonly zoom: number;
}

export interface LitHandle {
  readonly view: SideViewName;
  readonly handle: Handle;
}

interface Drawn {
  readonly crop: Crop | null;
  readonly glued: Box | null;
  readonly zoom: number;
  readonly image: ImageData;
}

export class GridCell {
  readonly frameIndex: number;
  readonly canvas: HTMLCanvasElement;
  /** The box the pictures are glued to; during a drag the one it was when the drag began. */
  glued: Box | null = null;
  lit: LitHandle | null = null;
  panes: readonly Pane[] = [];
  readonly #context: CanvasRenderingContext2D | null;
  #size: Size = { width: 1, height: 1 };
  #ratio = 1;
  #drawn: Drawn | null = null;

  constructor(frameIndex: number, canvas: HTMLCanvasElement) {
    this.frameIndex = frameIndex;
    this.canvas = canvas;
    this.#context = canvas.getContext('2d', { alpha: false });
  }

  fit(size: Size, ratio: number): void {
    this.#size = size;
    this.#ratio = ratio;
    this.panes = panesOf(size);
    const width = Math.round(size.width * ratio);
    const height = Math.round(size.height * ratio);
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
      this.#drawn = null;
    }
  }

  /** @param isHeld whether the pictures stay where they are while the box moves. */
  draw(view: CellView, isHeld: boolean): void {
    const context = this.#context;
    if (context === null) {
      return;
    }
    if (!isHeld || this.glued === null) {
      this.glued = view.box;
    }
    context.putImageData(this.#points(view), 0, 0);
    context.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
    this.#drawLines(context);
    if (view.box !== null && this.glued !== null) {
      for (const pane of this.panes) {
        const lit = this.lit?.view === pane.name ? this.lit.handle : null;
        const looks = { color: view.color, isGhost: view.isGhost, lit, hasHandles: true };
        drawBox(context, pane, view.box, this.glued, view.zoom, looks);
      }
    }
    context.setTransform(1, 0, 0, 1, 0, 0);
  }

  /** Drawn anew only where the points or the place they are seen from changed. */
  #points({ crop, zoom }: CellView): ImageData {
    const { glued } = this;
    const known = this.#drawn;
    if (known !== null && known.crop === crop && known.glued === glued && known.zoom === zoom) {
      return known.image;
    }
    const { width, height } = this.canvas;
    const image = known?.image ?? new ImageData(width, height);
    const words = new Uint32Array(image.data.buffer);
    words.fill(BACKGROUND);
    if (crop !== null && glued !== null) {
      splatAll({ words, width, height }, crop, glued, this.panes, zoom, this.#ratio);
    }
    this.#drawn = { crop, glued, zoom, image };
    return image;
  }

  #drawLines(context: CanvasRenderingContext2D): void {
    const [top, side] = this.panes;
    if (top !== undefined && side !== undefined) {
      context.fillStyle = LINE;
      context.fillRect(top.width, 0, 1, this.#size.height);
      context.fillRect(side.left, side.height, side.width, 1);
    }
  }
}
