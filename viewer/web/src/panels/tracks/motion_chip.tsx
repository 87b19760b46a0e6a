/** A word beside an object that seems to stand still: one key makes one cuboid valid wherever it is seen. */
import { Button } from '@mantine/core';
import { IconParking } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Standing } from '../../editor/motion';
import type { Cuboid, Track } from '../../model/records';
import { formatMetres, formatNumber } from '../../ui/format';
import { Hint } from '../../ui/hint';
import { useEditor, useLabelVersion } from '../editor_context';
import { keyOf } from '../key_hints';

export function MotionChip({ track }: { readonly track: Track }) {
  const { t } = useTranslation();
  const { tracks } = useEditor();
  const found = useStanding(track);
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

/** A drag or a held key changes the keys at every step; asked is what stays for a moment. */
const PAUSE_MS = 400;

/** By the machine's judgement once it is there, by the browser's own until then and where there is none. */
function useStanding(track: Track): Standing | null {
  const editor = useEditor();
  const { store, standing } = editor;
  useLabelVersion();
  const keys = store.keysOfTrack(track.id);
  const [judged, setJudged] = useState<{
    readonly keys: readonly Cuboid[];
    readonly found: Standing | null;
  } | null>(null);
  useEffect(() => {
    let isCurrent = true;
    const take = (found: Standing | null) => (isCurrent ? setJudged({ keys, found }) : undefined);
    const ask = () => (isCurrent ? standing.ask(track).then(take) : undefined);
    // Nothing is asked in the middle of a drag; where nobody can be asked, the own rule stays in force.
    const timer = setTimeout(
      () =>
        void editor
          .whenIdle()
          .then(ask)
          .catch(() => undefined),
      PAUSE_MS,
    );
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [editor, standing, track, keys]);
  return judged?.keys === keys && !track.is_static ? judged.found : standing.guess(track);
}
