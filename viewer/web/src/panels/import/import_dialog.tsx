/** Import in three steps: choose a folder, see what it holds, follow the job. */
import { Alert, Button, Checkbox, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconFolderSearch, IconZoomScan } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { api } from '../../api/client';
import { messageOf } from '../../api/errors';
import type { InspectReport } from '../../api/types';
import type { JobId, ProjectId } from '../../model/ids';
import { JobProgress } from '../jobs/job_progress';
import { isFinished, useJob } from '../jobs/use_job';
import { FolderBrowser } from './folder_browser';
import { InspectView } from './inspect_view';
import { importPlan } from './import_plan';

interface ImportDialogProps {
  readonly projectId: ProjectId;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function ImportDialog({ projectId, isOpen, onClose }: ImportDialogProps) {
  const { t } = useTranslation();
  const [jobId, setJobId] = useState<JobId | null>(null);
  const job = useJob(jobId);
  const close = () => {
    onClose();
    setJobId(null);
  };
  const isDone = job?.state === 'done';
  return (
    <Modal opened={isOpen} onClose={close} title={t('import.title')} size={760} data-testid="import-dialog">
      {jobId === null ? <ChooseStep projectId={projectId} onStarted={setJobId} /> : null}
      {job === undefined || isDone ? null : <JobProgress job={job} />}
      {isDone ? (
        <Alert color="lagoon" icon={<IconCircleCheck size={18} />} title={t('import.doneTitle')}>
          {job.message === '' ? t('import.doneText') : job.message}
        </Alert>
      ) : null}
      {job !== undefined && isFinished(job) ? (
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={() => setJobId(null)}>
            {t('import.again')}
          </Button>
          <Button onClick={close} data-testid="import-close">
            {t('common.close')}
          </Button>
        </Group>
      ) : null}
    </Modal>
  );
}

interface ChooseStepProps {
  readonly projectId: ProjectId;
  readonly onStarted: (job: JobId) => void;
}

function ChooseStep({ projectId, onStarted }: ChooseStepProps) {
  const { t } = useTranslation();
  const [path, setPath] = useState('');
  const [format, setFormat] = useState<string | null>(null);
  const [isBrowsing, setIsBrowsing] = useState(false);
  const { data: formats = [] } = useQuery({ queryKey: ['formats'], queryFn: api.listFormats });
  const inspect = useMutation({ mutationFn: (where: string) => api.inspect(where.trim(), format) });
  const look = (where: string) => {
    if (where.trim() !== '') {
      inspect.mutate(where);
    }
  };
  const change = (where: string) => {
    setPath(where);
    inspect.reset();
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    look(path);
  };
  const choices = formats
    .filter((one) => one.can_read_scenes)
    .map(({ name, title }) => ({ value: name, label: title }));
  const titleOf = (name: string) => formats.find((one) => one.name === name)?.title ?? name;
  return (
    <Stack gap="md">
      <form onSubmit={submit}>
        <Group gap="sm" align="flex-end" wrap="nowrap">
          <TextInput
            flex={1}
            label={t('import.path')}
            placeholder={t('import.pathPlaceholder')}
            value={path}
            onChange={(event) => change(event.currentTarget.value)}
            data-autofocus
            data-testid="import-path"
            spellCheck={false}
          />
          <Select
            w={168}
            size="sm"
            label={t('import.format')}
            placeholder={t('import.autoFormat')}
            data={choices}
            value={format}
            clearable
            onChange={(value) => {
              setFormat(value);
              inspect.reset();
            }}
            data-testid="import-format"
          />
          <Button
            variant="default"
            leftSection={<IconFolderSearch size={16} />}
            onClick={() => setIsBrowsing(!isBrowsing)}
            aria-expanded={isBrowsing}
            data-testid="import-browse"
          >
            {t('import.browse')}
          </Button>
        </Group>
        {isBrowsing ? (
          <Stack gap="sm" mt="sm">
            <FolderBrowser path={path.trim() === '' ? null : path.trim()} onOpen={change} />
          </Stack>
        ) : null}
        <Group justify="space-between" mt="md" wrap="nowrap">
          <Text size="sm" c="dimmed">
            {t('import.hint')}
          </Text>
          <Button
            type="submit"
            variant={inspect.data === undefined ? 'filled' : 'default'}
            leftSection={<IconZoomScan size={16} />}
            loading={inspect.isPending}
            disabled={path.trim() === ''}
            data-testid="import-inspect"
          >
            {t('import.look')}
          </Button>
        </Group>
      </form>
      {inspect.error === null ? null : (
        <Alert color="red" icon={<IconAlertTriangle size={18} />} data-testid="import-error" role="alert">
          {messageOf(inspect.error)}
        </Alert>
      )}
      {inspect.data === undefined ? null : (
        <>
          <InspectView report={inspect.data} formatTitle={titleOf(inspect.data.format)} />
          <StartImport projectId={projectId} path={path.trim()} report={inspect.data} onStarted={onStarted} />
        </>
      )}
    </Stack>
  );
}

interface StartImportProps extends ChooseStepProps {
  readonly path: string;
  readonly report: InspectReport;
}

function StartImport({ projectId, path, report, onStarted }: StartImportProps) {
  const { t } = useTranslation();
  const [wantsLabels, setWantsLabels] = useState(true);
  const plan = importPlan(report);
  const start = useMutation({
    mutationFn: () =>
      api.importScenes(projectId, {
        path,
        format: report.format,
        with_labels: plan.hasLabels && wantsLabels,
      }),
    onSuccess: (job) => onStarted(job.id),
  });
  if (plan.scenes === 0) {
    return <Alert color="yellow">{t('import.nothing')}</Alert>;
  }
  return (
    <Group className="tb-import-start" justify="space-between" align="flex-end" wrap="nowrap">
      {plan.hasLabels ? (
        <Checkbox
          size="sm"
          checked={wantsLabels}
          onChange={(event) => setWantsLabels(event.currentTarget.checked)}
          label={t('import.withLabels')}
          description={t('import.withLabelsHint', {
            labels: t('common.labels', { count: plan.labels }),
            tracks: t('common.tracks', { count: plan.tracks }),
          })}
          data-testid="import-with-labels"
        />
      ) : (
        <Text size="sm" c="dimmed">
          {t('import.noLabels')}
        </Text>
      )}
      <Stack gap="xs" align="flex-end">
        {start.error === null ? null : (
          <Text size="sm" c="red.4" role="alert">
            {messageOf(start.error)}
          </Text>
        )}
        <Button onClick={() => start.mutate()} loading={start.isPending} data-testid="import-start">
          {t('import.start', { count: plan.scenes })}
        </Button>
      </Stack>
    </Group>
  );
}
