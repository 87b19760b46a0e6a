/** How many tracks wait in each band, what the queue is narrowed down to, and the way to accept a whole band. */
import { Button, NativeSelect, UnstyledButton } from '@mantine/core';
import { IconChecks } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import { countsOf, sourcesOf } from '../../../editor/review/queue';
import { BANDS } from '../../../model/autolabel';
import { categoryTitle } from '../../../model/names';
import { formatCount } from '../../../ui/format';
import { Hint } from '../../../ui/hint';
import { useEditor, useLabelVersion, useSession } from '../../editor_context';
import { keyOf } from '../../key_hints';
import { sourceTitle } from '../../objects/source_text';
import { BAND_ICONS } from '../band_mark';
import { durationText } from '../duration_text';

export function FilterBar() {
  const { t, i18n } = useTranslation();
  const editor = useEditor();
  useLabelVersion();
  const proposed = useSession((state) => state.proposed);
  const audit = useSession((state) => state.review.audit);
  // What would be accepted depends on it.
  useSession((state) => state.review.filter);
  const counts = countsOf(proposed, editor.store);
  const { reviewing } = editor;
  const done = counts.done + counts.gone;
  return (
    <div className="tb-review-bar">
      <Bands open={counts.open} isOff={audit !== null} />
      {audit === null ? <Narrowing /> : null}
      <span style={{ flex: 1 }} />
      <span className="tb-review-progress" role="status" data-testid="review-progress">
        {t('autolabel.progress', {
          done: formatCount(done, i18n.language),
          count: proposed.length,
        })}
        {counts.waiting === 0 ? '' : ` · ${t('autolabel.left', { time: durationText(t, counts.seconds) })}`}
      </span>
      {audit === null ? (
        <Hint label={t('autolabel.acceptBandHint')} keys={keyOf('review_accept_band')}>
          <Button
            size="compact-sm"
            variant="light"
            leftSection={<IconChecks size={14} />}
            disabled={reviewing.acceptable.length === 0}
            onClick={() => reviewing.askAudit()}
            data-testid="accept-band"
          >
            {t('autolabel.acceptBand', { count: reviewing.acceptable.length })}
          </Button>
        </Hint>
      ) : null}
    </div>
  );
}

interface BandsProps {
  readonly open: Readonly<Record<(typeof BANDS)[number], number>>;
  readonly isOff: boolean;
}

function Bands({ open, isOff }: BandsProps) {
  const { t, i18n } = useTranslation();
  const { reviewing } = useEditor();
  const chosen = useSession((state) => state.review.filter.band);
  return (
    <div className="tb-band-filter" role="group" aria-label={t('autolabel.bands')}>
      {BANDS.map((band) => {
        const Icon = BAND_ICONS[band];
        return (
          <Hint key={band} label={t(`autolabel.bandHint_${band}`)} keys={keyOf('review_next_band')}>
            <UnstyledButton
              className="tb-band"
              data-band={band}
              aria-pressed={chosen === band}
              disabled={isOff}
              onClick={() => reviewing.setFilter({ band: chosen === band ? null : band })}
              data-testid={`band-${band}`}
            >
              <Icon size={14} aria-hidden="true" />
              {t(`autolabel.band_${band}`)}
              <strong>{formatCount(open[band], i18n.language)}</strong>
            </UnstyledButton>
          </Hint>
        );
      })}
    </div>
  );
}

function Narrowing() {
  const { t } = useTranslation();
  const { reviewing, store } = useEditor();
  const proposed = useSession((state) => state.proposed);
  const { category, source } = useSession((state) => state.review.filter);
  const tracks = proposed.flatMap(({ track_id }) => store.get('tracks', track_id) ?? []);
  const categories = withChosen(
    category,
    tracks.map((track) => track.category),
  );
  // Whoever agrees with a track changes no source; what a model proposes anew comes as another list.
  const known = useMemo(
    () => proposed.flatMap(({ track_id }) => sourcesOf(store, track_id)),
    [proposed, store],
  );
  const sources = withChosen(source, known);
  return (
    <>
      <NativeSelect
        size="xs"
        aria-label={t('autolabel.category')}
        value={category ?? ''}
        data={[
          { value: '', label: t('autolabel.anyCategory') },
          ...categories.map((name) => ({ value: name, label: categoryTitle(name) })),
        ]}
        onChange={({ currentTarget }) => reviewing.setFilter({ category: currentTarget.value || null })}
        data-testid="review-category"
      />
      <NativeSelect
        size="xs"
        aria-label={t('autolabel.source')}
        value={source ?? ''}
        data={[
          { value: '', label: t('autolabel.anySource') },
          ...sources.map((name) => ({ value: name, label: sourceTitle(t, name) })),
        ]}
        onChange={({ currentTarget }) => reviewing.setFilter({ source: currentTarget.value || null })}
        data-testid="review-source"
      />
    </>
  );
}

/** A choice whose tracks are all done stays to be seen as such. */
const withChosen = (chosen: string | null, names: readonly string[]): readonly string[] =>
  [...new Set(chosen === null ? names : [...names, chosen])].toSorted();
