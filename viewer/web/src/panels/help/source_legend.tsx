/** What the lines of cuboids and the marks of keys say about who made them. */
import { useTranslation } from 'react-i18next';

const LINES = [
  ['sequences.legendHuman', undefined],
  ['sequences.legendImported', '15 6'],
  ['sequences.legendMachine', '10 4 8 4'],
  ['sequences.legendDerived', '7 4'],
  ['sequences.legendOpenImport', '8 3 2 3'],
  ['sequences.legendPropagated', '2 3'],
  ['sequences.legendModel', '9 18 9'],
] as const;

const MARKS = [
  ['sequences.legendKeyHuman', '◆ ◇'],
  ['sequences.legendKeyImported', '■ □'],
  ['sequences.legendKeyModel', '▲ △'],
  ['sequences.legendKeyPropagated', '● ○'],
] as const;

export function SourceLegend() {
  const { t } = useTranslation();
  return (
    <>
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
      </section>
      <section data-testid="key-legend">
        <h3>{t('sequences.legendKeys')}</h3>
        {MARKS.map(([text, mark]) => (
          <p key={text}>
            <span>{t(text)}</span>
            <span className="tb-help-mouse">{mark}</span>
          </p>
        ))}
      </section>
    </>
  );
}
