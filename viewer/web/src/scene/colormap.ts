/** Colour gradients as tables of 256 RGBA words, chosen to read well on a dark background. */

/** 256 colours, each the four bytes r, g, b, a as one little-endian word. */
export type ColorTable = Uint32Array;

type Stop = readonly [position: number, color: string];

/** Calm on the ground, where most points lie; warm on what stands on it. */
const HEIGHT_STOPS: readonly Stop[] = [
  [0, '#2a3556'],
  [0.1, '#35508a'],
  [0.25, '#2f86a6'],
  [0.42, '#3db39a'],
  [0.58, '#9bcf72'],
  [0.72, '#f0d264'],
  [0.86, '#f2934f'],
  [1, '#e4586a'],
];

const INTENSITY_STOPS: readonly Stop[] = [
  [0, '#222d49'],
  [0.35, '#31547f'],
  [0.6, '#3d86a8'],
  [0.8, '#7cc7c0'],
  [0.92, '#e2efc0'],
  [1, '#fff8dc'],
];

/** Without any colour of their own: what stands back behind tinted objects. */
const NEUTRAL_STOPS: readonly Stop[] = [
  [0, '#343c4b'],
  [0.3, '#505a6c'],
  [1, '#939dae'],
];

/** From long after the frame, over its own time, to long before it. */
const AGE_STOPS: readonly Stop[] = [
  [0, '#f0a35e'],
  [0.35, '#b98a72'],
  [0.48, '#dfe6ee'],
  [0.5, '#ffffff'],
  [0.52, '#dfe6ee'],
  [0.65, '#5f8fc4'],
  [1, '#4b57c9'],
];

export const AGE_COLORS = colorTable(AGE_STOPS);
/** Neighbouring lasers differ: the hue goes round by the golden angle. */
export const RING_COLORS: ColorTable = Uint32Array.from({ length: 256 }, (_, ring) => {
  const hue = (ring * 0.381966) % 1;
  const part = (shift: number) => Math.round(150 + 95 * Math.cos(2 * Math.PI * (hue + shift)));
  return wordOf(part(0), part(1 / 3), part(2 / 3));
});
export const HEIGHT_COLORS = colorTable(HEIGHT_STOPS);
export const INTENSITY_COLORS = colorTable(INTENSITY_STOPS);
export const NEUTRAL_COLORS = colorTable(NEUTRAL_STOPS);

/** Red, green, blue 0 … 255 of `#rrggbb`. */
export function rgbOf(color: string): readonly [number, number, number] {
  const value = Number.parseInt(color.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** An opaque colour as one word. */
export function wordOf(red: number, green: number, blue: number): number {
  return (red | (green << 8) | (blue << 16) | (255 << 24)) >>> 0;
}

/** A colour on its way to another; `share` 0 … 1. */
export function mixColors(from: string, to: string, share: number): string {
  const start = rgbOf(from);
  const end = rgbOf(to);
  const mixed = start.map((value, i) => Math.round(value + ((end[i] ?? value) - value) * share));
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

function colorTable(stops: readonly Stop[]): ColorTable {
  return Uint32Array.from({ length: 256 }, (_, i) => {
    const position = i / 255;
    const next = Math.max(
      1,
      stops.findIndex(([stop]) => stop >= position),
    );
    const [start, from] = stops[next - 1] ?? [0, '#000000'];
    const [end, to] = stops[next] ?? [1, '#ffffff'];
    return wordOf(...rgbOf(mixColors(from, to, (position - start) / (end - start))));
  });
}
