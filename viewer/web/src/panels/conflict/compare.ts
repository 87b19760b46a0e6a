/** Two versions of one record, field by field, where they differ. */
import { yawOf } from '../../geometry/se3';
import type { AnyRecord, Attributes, Cuboid, ImageBox, RecordKind, Track } from '../../model/records';
import { formatDegrees, formatNumber } from '../../ui/format';

export type FieldName =
  | 'position'
  | 'size'
  | 'yaw'
  | 'category'
  | 'external_id'
  | 'is_static'
  | 'life'
  | 'attributes'
  | 'confirmed_by'
  | 'track'
  | 'ends_segment'
  | 'is_rigid'
  | 'interpolate_in'
  | 'camera'
  | 'kind'
  | 'state'
  | 'rectangle'
  | 'record';

export interface DifferentField {
  readonly field: FieldName;
  /** Null: the record does not exist in that version. */
  readonly mine: string | null;
  readonly theirs: string | null;
}

type Fields = Partial<Record<FieldName, string>>;

/** What the person reads for a track's id. */
type NameOfTrack = (trackId: string) => string;

export function differences(
  mine: AnyRecord | null,
  theirs: AnyRecord | null,
  nameOf: NameOfTrack = (id) => id,
): readonly DifferentField[] {
  if (mine === null || theirs === null) {
    const fieldsOf = (record: AnyRecord | null) => (record === null ? null : summary(fields(record, nameOf)));
    return [{ field: 'record', mine: fieldsOf(mine), theirs: fieldsOf(theirs) }];
  }
  const [own, other] = [fields(mine, nameOf), fields(theirs, nameOf)];
  const names = Object.keys({ ...own, ...other }) as FieldName[];
  const different = names
    .filter((field) => own[field] !== other[field])
    .map((field) => ({ field, mine: own[field] ?? '–', theirs: other[field] ?? '–' }));
  // Versions may differ in something that is not shown; the person must choose all the same.
  return different.length > 0 ? different : [{ field: 'record', mine: summary(own), theirs: summary(other) }];
}

function fields(record: AnyRecord, nameOf: NameOfTrack): Fields {
  if ('ego_from_object' in record) {
    return cuboidFields(record, nameOf);
  }
  if ('category' in record) {
    return trackFields(record);
  }
  return 'ltrb_px' in record ? imageBoxFields(record, nameOf) : { state: record.state };
}

function cuboidFields(cuboid: Cuboid, nameOf: NameOfTrack): Fields {
  return {
    position: `${numbers(cuboid.ego_from_object.translation_m)} m`,
    size: `${numbers(cuboid.size_lwh_m)} m`,
    yaw: formatDegrees(yawOf(cuboid.ego_from_object)),
    track: nameOf(cuboid.track_id),
    attributes: attributesText(cuboid.attributes),
    confirmed_by: cuboid.confirmed_by ?? '–',
    ends_segment: flag(cuboid.ends_segment),
  };
}

function trackFields(track: Track): Fields {
  return {
    category: track.category,
    external_id: track.external_id ?? '–',
    life: `${track.first_frame}–${track.last_frame}`,
    is_static: flag(track.is_static),
    is_rigid: flag(track.is_rigid),
    interpolate_in: track.interpolate_in,
    attributes: attributesText(track.attributes),
  };
}

function imageBoxFields(box: ImageBox, nameOf: NameOfTrack): Fields {
  return {
    rectangle: box.ltrb_px.map((value) => formatNumber(value, 1)).join(', '),
    camera: box.camera,
    kind: box.kind,
    track: box.track_id === null ? '–' : nameOf(box.track_id),
    attributes: attributesText(box.attributes),
  };
}

const flag = (isSet: boolean): string => (isSet ? '✓' : '–');

const numbers = (values: readonly number[]): string => values.map((value) => formatNumber(value)).join(' · ');

const summary = (all: Fields): string =>
  Object.values(all)
    .filter((text) => text !== '–')
    .slice(0, 3)
    .join(', ');

function attributesText(attributes: Attributes): string {
  const pairs = Object.entries(attributes)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}: ${String(value)}`);
  return pairs.length === 0 ? '–' : pairs.join(', ');
}

/** Tracks first: who decides about a track has mostly decided about its cuboids. */
export function byKind<T extends { readonly kind: RecordKind }>(conflicts: readonly T[]): readonly T[] {
  const order: readonly RecordKind[] = ['tracks', 'cuboids', 'image_boxes', 'frame_states'];
  return [...conflicts].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}
