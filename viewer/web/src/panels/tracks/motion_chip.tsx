/** A word beside an object that seems to stand still: one key makes one cuboid valid wherever it is seen. */
import { Button } from '@mantine/core';
import { IconParking } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import { looksParked } from '../../editor/motion';
import type { Track } from '../../model/records';
import { formatMetres, formatNumber } from '../../ui/format';
import { Hint } from '../../ui/hint';
import { useEditor, useLabelVersion } from '../editor_context';
import { keyOf } from '../key_hints';

export function MotionChip({ track }: { readonly track: Track }) {
  const { t } = useTranslation();
  const { store, tracks } = useEditor();
  useLabelVersion();
  const found = looksParked(store, track);
  if (found === null) {
    return null;
  }
  const values = { moved: formatMetres(found.moved_m, 2), seconds: formatNumber(found.duration_s) };
  return (
    <Hint label={t('sequences.suggestStaticHint', values)} keys={keyOf('static')} position="left">
      <Button
        size="compact-xs"
        variant="light"
        leftSection={<IconParking size={14} />}
        onClick={() => tracks.toggleStatic(track.id)}
        data-testid="looks-parked"
      >
        {t('sequences.suggestStatic')}
      </Button>
    </Hint>
  );
}
