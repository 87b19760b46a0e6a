/** What a set of keys is that annotators know from another program. */

export const PRESET_IDS = ['truebox', 'sustechpoints', 'cvat', 'segments'] as const;
export type PresetId = (typeof PRESET_IDS)[number];

/** Keys by the id of the action, the first is shown. Actions that it does not name keep their own keys. */
export type Keys = Readonly<Record<string, readonly string[]>>;

export interface Preset {
  readonly id: PresetId;
  /** A name, the same in all languages. */
  readonly title: string;
  readonly keys: Keys;
}

/** The same keys with the digits behind a modifier: where digits alone do something else. */
export function categoriesBehind(modifier: 'Shift' | 'Ctrl'): Keys {
  const digits = Array.from({ length: 9 }, (_, index) => `${index + 1}`);
  return Object.fromEntries(digits.map((digit) => [`category_${digit}`, [`${modifier}+${digit}`]]));
}
