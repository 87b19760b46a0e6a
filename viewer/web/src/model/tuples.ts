/** Plain readonly tuples, as they are on the wire. */

export type Vec2 = readonly [number, number];
export type Vec3 = readonly [number, number, number];

/** A unit quaternion, w first. */
export type QuatWxyz = readonly [number, number, number, number];

/** Left, top, right, bottom in pixels; (0, 0) is the centre of the top-left pixel. */
export type LtrbPx = readonly [number, number, number, number];
