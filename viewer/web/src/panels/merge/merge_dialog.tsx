/** Labels into scenes that exist: choose them and a policy, see what would change, then let it happen. */
import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconZoomScan } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { api } from '../../api/client';
import { messageOf } from '../../api/errors';
import type { JobId, ProjectId, SceneId } from '../../model/ids';
import { CategoryChoices } from '../categories/category_choices';
import { suggestedNames } from '../categories/category_names';
import { JobProgress } from '../jobs/job_progress';
import { isFinished, useJob } from '../jobs/use_job';
import { changesNothing, initialMerge, mergeBody, type MergeChoices } from './merge_choices';
import { MergeForm } from './merge_form';
import { MergeView } from './merge_view';

interface MergeDialogProps {
  readonly projectId: ProjectId;
  /** The scene that is open, offered first; null on the project page. */
  readonly sceneId: SceneId | null;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function MergeDialog({ isOpen, onClose, ...where }: MergeDialogProps) {
  const { t } = useTranslation();
  const [jobId, setJobId] = useState<JobId | null>(null);
  const job = useJob(jobId);
  const close = () => {
    onClose();
    setJobId(null);
  };
  return (
    <Modal opened={isOpen} onClose={close} title={t('merge.title')} size={640} data-testid="merge-dialog">
      {jobId === null ? <ChooseLabels {...where} onStarted={setJobId} /> : null}
      {job === undefined || job.state === 'done' ? null : <JobProgress job={job} />}
      {job?.state === 'done' ? (
        <Alert
          color="lagoon"
          icon={<IconCircleCheck size={18} />}
          title={t('merge.doneTitle')}
          data-testid="merge-done"
        >
          {job.message}
        </Alert>
      ) : null}
      {job !== undefined && isFinished(job) ? (
        <Group justify="flex-end" mt="lg">
          <Button onClick={close} data-testid="merge-close">
            {t('common.close')}
          </Button>
        </Group>
      ) : null}
    </Modal>
  );
}

interface ChooseLabelsProps extends Pick<MergeDialogProps, 'projectId' | 'sceneId'> {
  readonly onStarted: (job: JobId) => void;
}

function ChooseLabels({ projectId, sceneId, onStarted }: ChooseLabelsProps) {
  const { t } = useTranslation();
  const [choices, setChoices] = useState<MergeChoices>(() => initialMerge(sceneId));
  // Null until somebody looked; asked anew with every later choice.
  const [looked, setLooked] = useState<string | null>(null);
  const body = mergeBody(choices);
  const isLooking = looked === body.path && looked !== '';
  const check = useQuery({
    queryKey: ['merge-check', projectId, body],
    queryFn: ({ signal }) => api.checkMerge(projectId, body, signal),
    enabled: isLooking,
    retry: false,
    placeholderData: (previous) => (isLooking ? previous : undefined),
    gcTime: 0,
  });
  const start = useMutation({
    mutationFn: () => api.mergeLabels(projectId, body),
    onSuccess: (job) => onStarted(job.id),
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setLooked(body.path);
  };
  const report = isLooking ? check.data : undefined;
  const error = start.error ?? (isLooking ? check.error : null);
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <MergeForm
          projectId={projectId}
          choices={choices}
          onChange={(change) => setChoices({ ...choices, ...change })}
        />
        <Group justify="space-between" wrap="nowrap">
          <Text size="sm" c="dimmed">
            {t('merge.hint')}
          </Text>
          <Button
            type="submit"
            variant={report === undefined ? 'filled' : 'default'}
            leftSection={<IconZoomScan size={16} />}
            loading={isLooking && check.isFetching}
            disabled={body.path === ''}
            data-testid="merge-look"
          >
            {t('merge.look')}
          </Button>
        </Group>
        {error === null ? null : (
          <Alert color="red" icon={<IconAlertTriangle size={18} />} role="alert" data-testid="merge-error">
            {messageOf(error)}
          </Alert>
        )}
        {report === undefined || check.error !== null ? null : (
          <>
            <CategoryChoices
              title={t('categories.title')}
              hint={t('categories.importHint')}
              categories={report.categories}
              targets={report.project_categories}
              names={choices.names ?? suggestedNames(report.categories)}
              onChange={(names) => setChoices({ ...choices, names })}
            />
            <MergeView report={report} />
            <Group justify="flex-end" className="tb-dialog-foot">
              <Button
                onClick={() => start.mutate()}
                loading={start.isPending}
                disabled={check.isFetching || changesNothing(report.counts)}
                data-testid="merge-start"
              >
                {t('merge.start')}
              </Button>
            </Group>
          </>
        )}
      </Stack>
    </form>
  );
}
