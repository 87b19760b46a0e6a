/** A running job: what it does, how far it is, and a way to stop it. */
import { Alert, Button, Group, Progress, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import { api } from '../../api/client';
import { messageOf } from '../../api/errors';
import type { Job } from '../../model/scene';
import { toastError } from '../../ui/toast';
import { jobMessage } from './job_message';
import { isFinished } from './use_job';

export function JobProgress({ job }: { readonly job: Job }) {
  const { t } = useTranslation();
  const share = Math.round(100 * Math.min(1, Math.max(0, job.progress)));
  if (job.state === 'failed') {
    return (
      <Alert
        color="red"
        icon={<IconAlertTriangle size={18} />}
        title={t('jobs.failed')}
        data-testid="job-error"
      >
        {job.error ?? job.message}
      </Alert>
    );
  }
  const cancel = () => {
    api.cancelJob(job.id).catch((error: unknown) => toastError(t('errors.title'), messageOf(error)));
  };
  return (
    <Stack gap="sm" data-testid="job-progress" data-state={job.state}>
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm" fw={600}>
          {t(`jobs.${job.kind}`)} · {t(`jobs.${job.state}`)}
        </Text>
        <Text size="sm" c="dimmed" className="tb-num">
          {share} %
        </Text>
      </Group>
      <Progress value={share} animated={job.state === 'running'} aria-label={t('jobs.progress')} />
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm" c="dimmed" className="tb-ellipsis">
          {jobMessage(t, job.message)}
        </Text>
        {isFinished(job) ? null : (
          <Button
            variant="default"
            size="xs"
            leftSection={<IconX size={14} />}
            onClick={cancel}
            data-testid="job-cancel"
          >
            {t('jobs.cancel')}
          </Button>
        )}
      </Group>
    </Stack>
  );
}
