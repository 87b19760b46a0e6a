/**
 * Eye-dome lighting: points are darkened by how far their neighbours on the screen stand before them, so that shapes are
 * seen without any normals. After Boucheny, "Interactive scientific visualization of large datasets" (2009).
 */

/** GLSL: `eyeDome(place)` is the brightness 0 … 1 of a pixel of the picture whose depths are given. */
export const EYE_DOME_SHADER = `
uniform vec2 pixel;
uniform vec2 nearFar;
uniform float eyeDomeStrength;
float logDistance(vec2 place) {
  float depth = texture2D(depths, place).r;
  float distance = nearFar.x * nearFar.y / (nearFar.y - depth * (nearFar.y - nearFar.x));
  return log2(distance);
}
float eyeDome(vec2 place) {
  float here = logDistance(place);
  float before = 0.0;
  for (int i = 0; i < 8; i += 1) {
    float angle = 0.785398 * float(i);
    before += max(0.0, here - logDistance(place + vec2(cos(angle), sin(angle)) * pixel));
  }
  return exp(-eyeDomeStrength * before / 8.0);
}`;

/** How dark an edge gets; a neighbour at half of the distance counts as one. */
export const EYE_DOME_STRENGTH = 14;
/** How far away the neighbours are, pixels. */
export const EYE_DOME_RADIUS_PX = 1.4;
