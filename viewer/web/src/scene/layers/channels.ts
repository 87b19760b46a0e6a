/** Which views draw what: channels of three.js `Layers`. */
export const PERSPECTIVE_ONLY = 1;
/** The whole cloud, which only the perspective view draws. */
export const POINTS = 5;
/** What only one of the side views draws. */
export const SIDE_VIEW_ONLY = { top: 2, side: 3, rear: 4 } as const;
