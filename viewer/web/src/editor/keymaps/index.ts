/** The sets of keys that one can choose from. */
import { CVAT } from './cvat';
import type { Preset, PresetId } from './preset';
import { SEGMENTS } from './segments';
import { SUSTECHPOINTS } from './sustechpoints';
import { TRUEBOX } from './truebox';

export { type Keys, type Preset, PRESET_IDS, type PresetId } from './preset';

export const PRESETS: Readonly<Record<PresetId, Preset>> = {
  truebox: TRUEBOX,
  sustechpoints: SUSTECHPOINTS,
  cvat: CVAT,
  segments: SEGMENTS,
};
