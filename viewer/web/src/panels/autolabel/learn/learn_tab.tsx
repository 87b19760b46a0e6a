/** From labelled frames to proposals: what there is to learn from, the job, and the models it made. */
import { Skeleton } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import { messageOf } from '../../../api/errors';
import type { Job } from '../../../model/scene';
import { Empty } from '../../../ui/empty';
import { useEditor } from '../../editor_context';
import { useReadiness } from '../queries';
import { LabelNextList } from './label_next';
import './learn.css';
import { ModelsCard } from './models_card';
import { ReadinessCard } from './readiness_card';
import { RunCard } from './run_card';

export function LearnTab({ job }: { readonly job: Job | undefined }) {
  const { t } = useTranslation();
  const { scene } = useEditor();
  const { data, error } = useReadiness(scene.project_id);
  if (data === undefined) {
    return error === null ? (
      <div className="tb-learn">
        <Skeleton height={220} />
        <Skeleton height={220} />
      </div>
    ) : (
      <Empty icon={<IconAlertTriangle size={18} />} title={t('autolabel.failed')} text={messageOf(error)} />
    );
  }
  return (
    <div className="tb-learn" data-testid="learn-tab">
      <div className="tb-learn-column">
        <ReadinessCard readiness={data} />
        <LabelNextList readiness={data} />
      </div>
      <div className="tb-learn-column">
        <RunCard readiness={data} job={job} />
        <ModelsCard />
      </div>
    </div>
  );
}
