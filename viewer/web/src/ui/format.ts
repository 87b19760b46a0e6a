/** Numbers, times and sizes as people read them. */

export function formatMetres(value: number, digits = 2): string {
  return Number.isFinite(value) ? `${value.toFixed(digits)} m` : '–';
}

/** Two decimals without a trailing minus zero, for fields and tables. */
export function formatNumber(value: number, digits = 2): string {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? (0).toFixed(digits) : text;
}

export function formatDegrees(radians: number, digits = 1): string {
  return `${formatNumber((radians * 180) / Math.PI, digits)}°`;
}

export function formatCount(value: number, language: string): string {
  return new Intl.NumberFormat(language).format(value);
}

/** A share 0 … 1 as whole percent; never 100 % before everything is done, never 0 % once something is. */
export function percent(part: number, whole: number): number {
  if (whole <= 0 || part <= 0) {
    return 0;
  }
  if (part >= whole) {
    return 100;
  }
  return Math.min(99, Math.max(1, Math.round((100 * part) / whole)));
}

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** `5 minutes ago`, in the language of the screen. */
export function formatAgo(iso: string, language: string, now: Date = new Date()): string {
  const seconds = (new Date(iso).getTime() - now.getTime()) / 1000;
  if (!Number.isFinite(seconds)) {
    return '–';
  }
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const [unit, size] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
  // Under a minute the exact second is noise.
  return unit === 'second' ? format.format(0, 'second') : format.format(Math.trunc(seconds / size), unit);
}

export function formatDateTime(iso: string, language: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime())
    ? '–'
    : new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(date);
}
