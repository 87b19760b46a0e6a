/** Frames whose labels would teach most; a click leads there. */
import { UnstyledButton } from '@mantine/core';
import { IconArrowRight, IconBulb } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';

import type { Editor } from '../../../editor/editor';
import type { LabelNext, Readiness } from '../../../model/autolabel';
import { categoryTitle } from '../../../model/names';
import { useEditor } from '../../editor_context';
import { durationText } from '../duration_text';
import { goThereLater } from '../place_ahead';

export function LabelNextList({ readiness }: { readonly readiness: Readiness }) {
  const { t } = useTranslation();
  const { next, labelled } = readiness;
  const begun = new Set(labelled.map(({ scene_id }) => scene_id));
  return (
    <section className="tb-autocard" aria-labelledby="label-next-title" data-testid="label-next">
      <h3 id="label-next-title">
        <IconBulb size={15} aria-hidden="true" /> {t('autolabel.next')}
      </h3>
      {next.length === 0 ? <p className="tb-autocard-note">{t('autolabel.nextNothing')}</p> : null}
      <ul className="tb-next">
        {next.map((each) => (
          <li key={`${each.scene_id} ${each.frame_index}`}>
            <Suggestion suggestion={each} isBegun={begun.has(each.scene_id)} />
          </li>
        ))}
      </ul>
    </section>
  );
}

interface SuggestionProps {
  readonly suggestion: LabelNext;
  /** Something is labelled in its scene. */
  readonly isBegun: boolean;
}

function Suggestion({ suggestion, isBegun }: SuggestionProps) {
  const { t } = useTranslation();
  const editor = useEditor();
  const [, navigate] = useLocation();
  const { scene_id, scene_name, frame_index, track_ids } = suggestion;
  const isHere = scene_id === editor.scene.id;
  const go = () => {
    if (isHere) {
      goTo(editor, suggestion);
    } else {
      goThereLater({ sceneId: scene_id, frameIndex: frame_index, trackId: track_ids[0] ?? null });
      navigate(`/scenes/${scene_id}`);
    }
  };
  return (
    <UnstyledButton
      className="tb-next-row"
      onClick={go}
      data-testid="label-next-row"
      data-frame={frame_index}
    >
      <strong className="tb-ellipsis">
        {isHere ? '' : `${scene_name} · `}
        {t('autolabel.frame', { frame: frame_index })}
      </strong>
      <span className="tb-next-why">{whyText(t, suggestion, isBegun)}</span>
      <IconArrowRight size={14} aria-hidden="true" />
    </UnstyledButton>
  );
}

function goTo(editor: Editor, { frame_index, track_ids }: LabelNext): void {
  editor.reviewing.close();
  editor.goToFrame(frame_index);
  const wanted = track_ids.find((id) => editor.store.get('tracks', id) !== undefined) ?? null;
  editor.select(wanted);
  if (wanted !== null) {
    editor.viewCommand('zoom-to-object');
  }
}

function whyText(t: TFunction, { away_s, rare_categories, track_ids }: LabelNext, isBegun: boolean): string {
  const rare = rare_categories.map(categoryTitle).join(', ');
  const parts = [
    isBegun ? null : t('autolabel.why_first'),
    rare === '' ? null : t('autolabel.why_rare', { categories: rare }),
    track_ids.length === 0 ? null : t('autolabel.why_doubtful', { count: track_ids.length }),
    isBegun && away_s !== null ? t('autolabel.why_far', { time: awayText(t, away_s) }) : null,
  ].filter((part) => part !== null);
  return parts.length === 0 ? t('autolabel.why_other') : parts.join(' · ');
}

/** Short distances in time with a decimal. */
const awayText = (t: TFunction, seconds: number): string =>
  seconds < 10 ? t('autolabel.seconds', { value: Math.round(seconds * 10) / 10 }) : durationText(t, seconds);
