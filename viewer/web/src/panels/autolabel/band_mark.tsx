/** How far a proposal may be trusted: a sign, a colour and a word. */
import { IconCircleCheck, IconEye, IconPencil } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import type { Band } from '../../model/autolabel';

export const BAND_ICONS = { accept: IconCircleCheck, check: IconEye, redo: IconPencil } as const;

export function BandMark({ band }: { readonly band: Band }) {
  const { t } = useTranslation();
  const Icon = BAND_ICONS[band];
  return (
    <span className="tb-band" data-band={band} title={t(`autolabel.bandHint_${band}`)}>
      <Icon size={14} aria-hidden="true" />
      {t(`autolabel.band_${band}`)}
    </span>
  );
}
