/** The queue of what a model proposed: filters, an audit of the accept band, and the tracks themselves. */
import { Button, Skeleton } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { IconAlertTriangle, IconChecks, IconWand } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import { messageOf } from '../../../api/errors';
import type { Editor } from '../../../editor/editor';
import type { ProposedTracks } from '../../../model/autolabel';
import type { Job } from '../../../model/scene';
import { Empty } from '../../../ui/empty';
import { useEditor, useLabelVersion, useSession } from '../../editor_context';
import { isFinished } from '../../jobs/use_job';
import type { TrackPictures } from '../pictures';
import { AuditBar } from './audit_bar';
import { AuditDialog } from './audit_dialog';
import { FilterBar } from './filter_bar';
import './review.css';
import { TrackList } from './track_list';

interface ReviewTabViewProps {
  readonly createPictures: (editor: Editor) => TrackPictures;
  readonly query: UseQueryResult<ProposedTracks>;
  readonly job: Job | undefined;
}

export function ReviewTabView({ createPictures, query, job }: ReviewTabViewProps) {
  const editor = useEditor();
  useLabelVersion();
  const proposed = useSession((state) => state.proposed);
  const audit = useSession((state) => state.review.audit);
  // What is listed depends on it.
  useSession((state) => state.review.filter);
  const { rows } = editor.reviewing;
  return (
    <div className="tb-review" data-testid="review-tab">
      {proposed.length === 0 ? null : <FilterBar />}
      {audit === null ? null : <AuditBar audit={audit} />}
      {rows.length > 0 ? <TrackList rows={rows} createPictures={createPictures} /> : null}
      {rows.length === 0 ? <Nothing query={query} job={job} /> : null}
      <AuditDialog />
    </div>
  );
}

function Nothing({ query, job }: Pick<ReviewTabViewProps, 'query' | 'job'>) {
  const { t } = useTranslation();
  const { reviewing } = useEditor();
  const proposed = useSession((state) => state.proposed);
  const { band, category, source } = useSession((state) => state.review.filter);
  const isFiltered = band !== null || category !== null || source !== null;
  if (proposed.length > 0) {
    return (
      <Empty
        icon={<IconChecks size={20} />}
        title={t(isFiltered ? 'autolabel.noneMatch' : 'autolabel.allReviewed')}
        text={t(isFiltered ? 'autolabel.noneMatchHint' : 'autolabel.allReviewedHint')}
        testId="review-empty"
      >
        {isFiltered ? (
          <Button
            size="compact-sm"
            onClick={() => reviewing.setFilter({ band: null, category: null, source: null })}
          >
            {t('autolabel.clearFilter')}
          </Button>
        ) : null}
      </Empty>
    );
  }
  if (query.error !== null) {
    return (
      <Empty
        icon={<IconAlertTriangle size={20} />}
        title={t('autolabel.failed')}
        text={messageOf(query.error)}
        testId="review-failed"
      >
        <Button size="compact-sm" onClick={() => void query.refetch()}>
          {t('common.retry')}
        </Button>
      </Empty>
    );
  }
  if (query.data === undefined) {
    return <Skeleton height={200} m={12} />;
  }
  const isRunning = job !== undefined && !isFinished(job);
  return (
    <Empty
      icon={<IconWand size={20} />}
      title={t(isRunning ? 'autolabel.notYet' : 'autolabel.nothingProposed')}
      text={t(isRunning ? 'autolabel.notYetHint' : 'autolabel.nothingProposedHint')}
      testId="review-empty"
    >
      <Button size="compact-sm" onClick={() => reviewing.setTab('learn')}>
        {t('autolabel.goLearn')}
      </Button>
    </Empty>
  );
}
