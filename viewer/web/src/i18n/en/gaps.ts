/** What a scene does not have. */
export const gaps = {
  gaps: {
    noPoints: 'No points in this cloud',
    noPoses: 'No poses',
    noPosesHint:
      'Nothing tells how the vehicle moved: cuboids between keys are derived relative to the vehicle',
  },
} as const;
