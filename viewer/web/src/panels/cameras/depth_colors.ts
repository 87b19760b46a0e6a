/** Colours for how far a point is: warm and near, cold and far, in even steps of the distance's logarithm. */
const NEAREST_M = 3;
const FARTHEST_M = 80;
const STOPS = [
  [255, 94, 77],
  [255, 176, 59],
  [235, 235, 90],
  [92, 214, 139],
  [52, 176, 214],
  [92, 98, 214],
] as const;

/** RGBA word of a distance in metres. */
export function colorOfDistance(metres: number): number {
  const share = Math.log(metres / NEAREST_M) / Math.log(FARTHEST_M / NEAREST_M);
  return TABLE[Math.max(0, Math.min(255, Math.round(255 * share)))] ?? 0;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  const place = (index / 255) * (STOPS.length - 1);
  const low = Math.min(STOPS.length - 2, Math.floor(place));
  const [from, to] = [STOPS[low] ?? STOPS[0], STOPS[low + 1] ?? STOPS[0]];
  const [red, green, blue] = from.map((value, at) =>
    Math.round(value + ((to[at] ?? value) - value) * (place - low)),
  );
  return ((red ?? 0) | ((green ?? 0) << 8) | ((blue ?? 0) << 16) | (255 << 24)) >>> 0;
});
