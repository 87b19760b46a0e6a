/** How long something takes, as people say it. */
import type { TFunction } from 'i18next';

/** Seconds up to a minute and a half, then minutes, then hours with one decimal. */
export function durationText(t: TFunction, seconds: number): string {
  if (seconds < 90) {
    return t('autolabel.seconds', { value: Math.max(1, Math.round(seconds)) });
  }
  const minutes = Math.round(seconds / 60);
  return minutes < 90
    ? t('autolabel.minutes', { value: minutes })
    : t('autolabel.hours', { value: Math.round(seconds / 360) / 10 });
}
