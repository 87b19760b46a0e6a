/** The auto-labeler, over the views: what it learns from and runs, and the review of what it proposed. */
import { SegmentedControl } from '@mantine/core';
import { IconWand, IconX } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

import type { Editor } from '../../editor/editor';
import { countsOf } from '../../editor/review/queue';
import type { ReviewTab } from '../../store/session';
import { formatCount } from '../../ui/format';
import { IconButton } from '../../ui/icon_button';
import { useEditor, useLabelVersion, useSession } from '../editor_context';
import { keyOf } from '../key_hints';
import './autolabel.css';
import { LearnTab } from './learn/learn_tab';
import type { TrackPictures } from './pictures';
import { takePlace } from './place_ahead';
import { useAutolabelJob, useProposedInEditor } from './queries';
import { ReviewTabView } from './review/review_tab';

interface AutolabelPanelProps {
  readonly createPictures: (editor: Editor) => TrackPictures;
}

export function AutolabelPanel({ createPictures }: AutolabelPanelProps) {
  const isOpen = useSession((state) => state.reviewOpen);
  useGoToPlace();
  return isOpen ? <OpenPanel createPictures={createPictures} /> : null;
}

function OpenPanel({ createPictures }: AutolabelPanelProps) {
  const { t } = useTranslation();
  const editor = useEditor();
  const tab = useSession((state) => state.review.tab);
  const query = useProposedInEditor();
  const job = useAutolabelJob(editor.scene.project_id);
  return (
    <section
      className="tb-autolabel"
      aria-label={t('autolabel.title')}
      data-testid="autolabel"
      data-region
      data-covers
    >
      <header className="tb-autolabel-bar">
        <IconWand size={16} aria-hidden="true" />
        <h2>{t('autolabel.title')}</h2>
        <Tabs tab={tab} />
        <span style={{ flex: 1 }} />
        <IconButton
          label={t('autolabel.close')}
          keys={keyOf('review_close')}
          icon={<IconX size={17} />}
          onClick={() => editor.reviewing.close()}
          testId="close-autolabel"
        />
      </header>
      {tab === 'learn' ? (
        <LearnTab job={job} />
      ) : (
        <ReviewTabView createPictures={createPictures} query={query} job={job} />
      )}
    </section>
  );
}

function Tabs({ tab }: { readonly tab: ReviewTab }) {
  const { t, i18n } = useTranslation();
  const editor = useEditor();
  useLabelVersion();
  const proposed = useSession((state) => state.proposed);
  const { waiting } = countsOf(proposed, editor.store);
  const shown = formatCount(waiting, i18n.language);
  return (
    <SegmentedControl
      value={tab}
      aria-label={t('autolabel.title')}
      data={[
        { value: 'learn', label: t('autolabel.learnTab') },
        {
          value: 'review',
          label: waiting === 0 ? t('autolabel.reviewTab') : t('autolabel.reviewTabCount', { waiting: shown }),
        },
      ]}
      onChange={(value) => editor.reviewing.setTab(value)}
      data-testid="autolabel-tabs"
    />
  );
}

/** What was to be labelled next lies in this scene: go there. */
function useGoToPlace(): void {
  const editor = useEditor();
  useEffect(() => {
    const place = takePlace(editor.scene.id);
    if (place !== null) {
      editor.goToFrame(place.frameIndex);
      editor.select(place.trackId);
    }
  }, [editor]);
}
