/** What is labelled: how many frames, and how many boxes of each category. */
import { Progress } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import type { CategoryNeed, Readiness } from '../../../model/autolabel';
import { categoryTitle } from '../../../model/names';
import { formatCount, percent } from '../../../ui/format';
import { useEditor } from '../../editor_context';

export function ReadinessCard({ readiness }: { readonly readiness: Readiness }) {
  const { t } = useTranslation();
  const { frame_count, wanted_frames, rule, categories } = readiness;
  return (
    <section className="tb-autocard" aria-labelledby="readiness-title" data-testid="readiness">
      <h3 id="readiness-title">{t('autolabel.readiness')}</h3>
      <p className="tb-autocard-figure">
        <strong data-testid="labelled-frames">
          {t('autolabel.frames', { count: frame_count, wanted: wanted_frames })}
        </strong>
      </p>
      <Progress
        value={percent(frame_count, wanted_frames)}
        color={frame_count < wanted_frames ? 'yellow' : 'lagoon'}
        aria-label={t('autolabel.frames', { count: frame_count, wanted: wanted_frames })}
      />
      <p className="tb-autocard-note">{t(`autolabel.rule_${rule}`)}</p>
      {categories.length === 0 ? (
        <p className="tb-autocard-note" data-testid="nothing-labelled">
          {t('autolabel.nothingLabelled')}
        </p>
      ) : (
        <Categories categories={categories} />
      )}
    </section>
  );
}

function Categories({ categories }: { readonly categories: readonly CategoryNeed[] }) {
  const { t, i18n } = useTranslation();
  return (
    <table className="tb-needs">
      <thead>
        <tr>
          <th scope="col">{t('autolabel.category')}</th>
          <th scope="col">{t('autolabel.boxes')}</th>
          <th scope="col">{t('autolabel.objects')}</th>
          <th scope="col">{t('autolabel.enough')}</th>
        </tr>
      </thead>
      <tbody>
        {categories.map((need) => (
          <tr key={need.category} data-testid="category-need" data-few={need.boxes < need.wanted}>
            <td>
              <Category name={need.category} />
            </td>
            <td>{formatCount(need.boxes, i18n.language)}</td>
            <td>{formatCount(need.tracks, i18n.language)}</td>
            <td>
              <Enough need={need} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Enough({ need: { boxes, wanted } }: { readonly need: CategoryNeed }) {
  const { t } = useTranslation();
  return boxes < wanted ? (
    <span className="tb-need-few">
      <IconAlertTriangle size={13} aria-hidden="true" />
      {t('autolabel.moreWanted', { count: wanted - boxes })}
    </span>
  ) : (
    <span className="tb-need-enough">
      <IconCircleCheck size={13} aria-hidden="true" />
      {t('autolabel.isEnough')}
    </span>
  );
}

export function Category({ name }: { readonly name: string }) {
  const editor = useEditor();
  return (
    <span className="tb-need-category">
      <span className="tb-swatch" style={{ background: editor.category(name).color }} />
      <span className="tb-ellipsis">{categoryTitle(name)}</span>
    </span>
  );
}
