/** Who made a cuboid, without the names of models and formats. */

export const SOURCE_KINDS = ['human', 'propagated', 'model', 'imported'] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

/** `model` of `model:pointrcnn@1`; what nobody knows counts as a machine's. */
export const sourceKind = (source: string): SourceKind =>
  SOURCE_KINDS.find((kind) => source === kind || source.startsWith(`${kind}:`)) ?? 'model';
