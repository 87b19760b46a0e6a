/** Who made a cuboid, in words. */
import type { TFunction } from 'i18next';

export function sourceTitle(t: TFunction, source: string): string {
  const [, kind = source, name = ''] = /^([^:]*):?(.*)$/s.exec(source) ?? [];
  switch (kind) {
    case 'human':
      return t('filter.source_human');
    case 'propagated':
      return t('filter.source_propagated');
    case 'model':
      return t('filter.source_model', { name });
    case 'imported':
      return t('filter.source_imported', { name });
    default:
      return source;
  }
}
