/** On the big view: how far a big cloud has come, and what the colours of its points say of their time. */
import { Loader } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { useSession } from '../editor_context';
import './display.css';

/** The stops of `AGE_STOPS` in `scene/colormap.ts`, later times to the right. */
const AGE_GRADIENT =
  'linear-gradient(to right, #f0a35e, #b98a72 35%, #dfe6ee 48%, #fff, #dfe6ee 52%, #5f8fc4 65%, #4b57c9)';
/** A whole frame of the usual size is here before anybody could read how far it is. */
const BIG = 250_000;

export function CloudOverlay() {
  const progress = useSession((state) => state.cloudProgress);
  const colorMode = useSession((state) => state.colorMode);
  if (progress === null) {
    return null;
  }
  const span_s = colorMode === 'age' ? progress.ageSpan_s : null;
  return (
    <div className="tb-cloud-overlay">
      <CloudProgressLine />
      <CloudNotes />
      {span_s === null ? null : <AgeLegend span_s={span_s} />}
    </div>
  );
}

function CloudProgressLine() {
  const { t, i18n } = useTranslation();
  const progress = useSession((state) => state.cloudProgress);
  if (progress === null || progress.state === 'full') {
    return null;
  }
  const { state, count, total, isMerged } = progress;
  if (state === 'waiting' ? !isMerged : total <= BIG) {
    return null;
  }
  const number = (value: number) => value.toLocaleString(i18n.language);
  return (
    <p className="tb-cloud-progress" role="status" data-testid="cloud-progress">
      <Loader size={12} aria-hidden="true" />
      {state === 'waiting'
        ? t('clouds.merging')
        : t('clouds.filling', { shown: number(count), total: number(total) })}
    </p>
  );
}

/** What is not shown of the cloud, and why. */
function CloudNotes() {
  const { t, i18n } = useTranslation();
  const progress = useSession((state) => state.cloudProgress);
  if (progress === null || progress.state === 'waiting') {
    return null;
  }
  const number = (value: number) => value.toLocaleString(i18n.language);
  const { merged, dropped } = progress;
  return (
    <>
      {merged === null ? null : (
        <p className="tb-cloud-note" data-testid="cloud-merged">
          {[
            merged.sweeps < merged.of
              ? t('clouds.sweepsSkipped', { shown: number(merged.sweeps), total: number(merged.of) })
              : t('clouds.sweeps', { shown: number(merged.sweeps) }),
            ...(merged.share < 1
              ? [t('clouds.thinned', { percent: number(Math.round(1000 * merged.share) / 10) })]
              : []),
          ].join(' · ')}
        </p>
      )}
      {dropped === 0 ? null : (
        <p className="tb-cloud-note" role="status" data-testid="cloud-dropped">
          {t('clouds.dropped', { number: number(dropped) })}
        </p>
      )}
    </>
  );
}

function AgeLegend({ span_s }: { readonly span_s: number }) {
  const { t } = useTranslation();
  const seconds = span_s < 1 ? span_s.toFixed(2) : span_s.toFixed(1);
  return (
    <p className="tb-cloud-legend" aria-label={t('clouds.legend')} data-testid="age-legend">
      <span>{t('clouds.later', { seconds })}</span>
      <span className="tb-cloud-legend-bar" style={{ background: AGE_GRADIENT }} aria-hidden="true" />
      <span>{t('clouds.earlier', { seconds })}</span>
    </p>
  );
}
