/** Two models side by side: what they learned from, how well they did, what they proposed in this scene. */
import { Loader } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { messageOf } from '../../../api/errors';
import { BANDS, type ComparedValue, type ModelComparison } from '../../../model/autolabel';
import { categoryTitle } from '../../../model/names';
import { useEditor } from '../../editor_context';
import { useComparison } from '../queries';
import { boxesOf, framesOf, scoreName, scoreText } from './model_figures';

interface ComparisonProps {
  readonly a: number;
  readonly b: number;
}

export function Comparison({ a, b }: ComparisonProps) {
  const { scene } = useEditor();
  const { data, error } = useComparison(scene.project_id, a, b);
  if (data === undefined) {
    return error === null ? <Loader size={16} /> : <p className="tb-autocard-warning">{messageOf(error)}</p>;
  }
  return <ComparisonTable comparison={data} />;
}

interface Row extends ComparedValue {
  readonly key: string;
  readonly text: (value: number | null) => string;
}

function ComparisonTable({ comparison }: { readonly comparison: ModelComparison }) {
  const { t } = useTranslation();
  const rows = useRows(comparison);
  const { a, b } = comparison;
  return (
    <table className="tb-compare" data-testid="comparison">
      <thead>
        <tr>
          <th scope="col">{t('autolabel.compared')}</th>
          <th scope="col">{t('autolabel.version', { version: a.version })}</th>
          <th scope="col">{t('autolabel.version', { version: b.version })}</th>
          <th scope="col">{t('autolabel.difference')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, name, a: before, b: after, text }) => (
          <tr key={key}>
            <th scope="row">{name}</th>
            <td>{text(before)}</td>
            <td>{text(after)}</td>
            <td>{before === null || after === null ? '' : signed(after - before, text)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const plain = (value: number | null): string => (value === null ? '–' : String(value));

function signed(value: number, text: (value: number | null) => string): string {
  return value === 0 ? '=' : `${value > 0 ? '+' : '−'}${text(Math.abs(value))}`;
}

function useRows({ a, b, scores, box_counts, scenes }: ModelComparison): readonly Row[] {
  const { t, i18n } = useTranslation();
  const { scene } = useEditor();
  const here = scenes.find(({ scene_id }) => scene_id === scene.id);
  return [
    { key: 'frames', name: t('autolabel.learnedFrames'), a: framesOf(a), b: framesOf(b), text: plain },
    { key: 'boxes', name: t('autolabel.learnedBoxes'), a: boxesOf(a), b: boxesOf(b), text: plain },
    ...box_counts.map((each) => ({
      ...each,
      key: `boxes ${each.name}`,
      name: `– ${categoryTitle(each.name)}`,
      text: plain,
    })),
    ...scores.map((each) => ({
      ...each,
      key: `score ${each.name}`,
      name: scoreName(i18n, t, each.name),
      text: (value: number | null) => scoreText(each.name, value),
    })),
    ...(here === undefined
      ? []
      : BANDS.map((band) => ({
          key: `band ${band}`,
          name: t('autolabel.bandHere', { band: t(`autolabel.band_${band}`) }),
          a: here.a?.bands[band] ?? null,
          b: here.b?.bands[band] ?? null,
          text: plain,
        }))),
  ];
}
