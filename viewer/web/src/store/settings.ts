/** Display settings that a person finds again: the fields of the session that are saved in this browser. */
import {
  COLOR_MODES,
  type ColorMode,
  IMAGE_LAYERS,
  PLAYBACK_SPEEDS,
  type PlaybackSpeed,
  type SessionState,
  type SessionStore,
  SWEEP_COUNTS,
  type SweepCount,
} from './session';
import { isRecord, readStored, writeStored } from './stored';

const STORAGE_KEY = 'truebox.settings';
const VERSION = 1;
const MOST_RECENT = 12;

/** Reads one saved value; undefined where it is none of those that the field may have. */
type Reader<T> = (value: unknown) => T | undefined;

const flag: Reader<boolean> = (value) => (typeof value === 'boolean' ? value : undefined);

const within =
  (least: number, most: number): Reader<number> =>
  (value) =>
    typeof value === 'number' && value >= least && value <= most ? value : undefined;

/** Two numbers that rise, within bounds. */
const span =
  (least: number, most: number): Reader<readonly [number, number]> =>
  (value) => {
    const [low, high] = Array.isArray(value) && value.length === 2 ? value.map(within(least, most)) : [];
    return low !== undefined && high !== undefined && low < high ? [low, high] : undefined;
  };

const orNull =
  <T>(reader: Reader<T>): Reader<T | null> =>
  (value) =>
    value === null ? null : reader(value);

const oneOf =
  <T>(allowed: readonly T[]): Reader<T> =>
  (value) =>
    allowed.find((each) => each === value);

const texts =
  (most: number): Reader<readonly string[]> =>
  (value) =>
    Array.isArray(value) && value.every((each): each is string => typeof each === 'string')
      ? value.slice(0, most)
      : undefined;

/** A switch for each name; what was saved before there were more of them is not read. */
const flags =
  <Name extends string>(names: readonly Name[]): Reader<Readonly<Record<Name, boolean>>> =>
  (value) =>
    isRecord(value) && names.every((name) => typeof value[name] === 'boolean')
      ? (Object.fromEntries(names.map((name) => [name, value[name]])) as Record<Name, boolean>)
      : undefined;

/** The saved fields. Another one is one more line here: its name in the session, and which values it may have. */
const SAVED = {
  colorMode: oneOf<ColorMode>(COLOR_MODES),
  pointSize: within(1, 8),
  pointBudget: within(1, 1e9),
  heightClip: orNull(span(-1000, 1000)),
  distanceClip: orNull(within(1, 100_000)),
  intensityPercentiles: span(0, 100),
  eyeDome: flag,
  sweeps: oneOf<SweepCount>(SWEEP_COUNTS),
  showGround: flag,
  showGrid: flag,
  showFrustums: flag,
  selectionOrder: oneOf<SessionState['selectionOrder']>(['distance', 'list']),
  playbackSpeed: oneOf<PlaybackSpeed>(PLAYBACK_SPEEDS),
  lanesOpen: flag,
  filterHides: flag,
  imageLayers: flags(IMAGE_LAYERS),
  imagePointColors: oneOf<SessionState['imagePointColors']>(['depth', 'scene']),
  recentActions: texts(MOST_RECENT),
} as const satisfies { readonly [K in keyof SessionState]?: Reader<SessionState[K]> };

export type SavedField = keyof typeof SAVED;
export type Settings = { readonly [K in SavedField]?: SessionState[K] };

const FIELDS = Object.keys(SAVED) as readonly SavedField[];

/** What of a saved value can be used; fields that are unknown or hold something else are left out. */
export function settingsOf(saved: unknown): Settings {
  if (!isRecord(saved) || saved['version'] !== VERSION || !isRecord(saved['values'])) {
    return {};
  }
  const { values } = saved;
  return Object.fromEntries(
    FIELDS.map((field) => [field, SAVED[field](values[field])] as const).filter(
      ([, value]) => value !== undefined,
    ),
  );
}

/** Give the session what was saved, and save what a person changes from now on; returns what stops that. */
export function keepSettings(session: SessionStore): () => void {
  const stored = readStored(STORAGE_KEY);
  session.setState(stored.state === 'found' ? settingsOf(stored.value) : {});
  return session.subscribe((state, before) => {
    if (FIELDS.some((field) => state[field] !== before[field])) {
      const values = Object.fromEntries(FIELDS.map((field) => [field, state[field]]));
      writeStored(STORAGE_KEY, { version: VERSION, values });
    }
  });
}
