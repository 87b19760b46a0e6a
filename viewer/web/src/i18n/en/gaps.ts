/** What a scene does not have. */
export const gaps = {
  gaps: {
    noPoses: 'No poses',
    noPosesHint:
      'Nothing tells how the vehicle moved: cuboids between keys are derived relative to the vehicle',
  },
} as const;
