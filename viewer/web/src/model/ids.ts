/** Ids are UUIDs made by whoever creates the record; the brands keep one kind from being taken for another. */

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type TrackId = Branded<'TrackId'>;
export type CuboidId = Branded<'CuboidId'>;
export type ImageBoxId = Branded<'ImageBoxId'>;
export type FrameStateId = Branded<'FrameStateId'>;
export type SceneId = Branded<'SceneId'>;
export type ProjectId = Branded<'ProjectId'>;
export type JobId = Branded<'JobId'>;
export type ChangeId = Branded<'ChangeId'>;

export const newTrackId = (): TrackId => newUuid() as TrackId;
export const newCuboidId = (): CuboidId => newUuid() as CuboidId;
export const newImageBoxId = (): ImageBoxId => newUuid() as ImageBoxId;
export const newChangeId = (): ChangeId => newUuid() as ChangeId;
export const newPageId = (): string => newUuid();

/** A frame has one state, so its index is the record's id. */
export const frameStateId = (frameIndex: number): FrameStateId => `${frameIndex}` as FrameStateId;

/** A random UUID (version 4). `crypto.randomUUID` exists on secure origins only, and teams serve on a plain LAN. */
function newUuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
