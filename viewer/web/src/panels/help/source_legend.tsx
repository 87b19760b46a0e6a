/** What the lines of cuboids say about who made them. */
import { useTranslation } from 'react-i18next';

const LINES = [
  ['sequences.legendHuman', undefined],
  ['sequences.legendDerived', '7 4'],
  ['sequences.legendPropagated', '2 3'],
  ['sequences.legendModel', '9 18 9'],
] as const;

export function SourceLegend() {
  const { t } = useTranslation();
  return (
    <section data-testid="source-legend">
      <h3>{t('sequences.legend')}</h3>
      {LINES.map(([text, dashes]) => (
        <p key={text}>
          <span>{t(text)}</span>
          <svg width="36" height="6" aria-hidden="true">
            <line
              x1="0"
              y1="3"
              x2="36"
              y2="3"
              stroke="currentColor"
              strokeWidth="2"
              strokeDasharray={dashes}
            />
          </svg>
        </p>
      ))}
      <p>
        <span>{t('sequences.legendTimelineKey')}</span>
        <span className="tb-help-mouse">◆ ◇</span>
      </p>
    </section>
  );
}
