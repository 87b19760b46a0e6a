/** Import in three steps: choose a folder, see what it holds, follow the job. */
import { Alert, Button, Checkbox, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconFolderSearch, IconZoomScan } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { api } from '../../api/client';
import { messageOf } from '../../api/errors';
import type { Answers, CategoryNames, InspectReport } from '../../api/types';
import type { JobId, ProjectId } from '../../model/ids';
import type { TrajectorySource } from '../../model/scene';
import { CategoryChoices } from '../categories/category_choices';
import { namesToSend } from '../categories/category_names';
import { useFormats } from '../formats';
import { JobProgress } from '../jobs/job_progress';
import { isFinished, useJob } from '../jobs/use_job';
import { FolderBrowser } from './folder_browser';
import { GuessChoices } from './guess_choices';
import { InspectView } from './inspect_view';
import { importPlan } from './import_plan';
import { TrajectoryChoice } from './trajectory_choice';

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
          {t('import.doneText')}
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
  const { data: formats = [] } = useFormats();
  const [assume, setAssume] = useState<Answers>({});
  // Kept while an answer is tried, so that the questions stay in sight.
  const [report, setReport] = useState<InspectReport | null>(null);
  const inspect = useMutation({
    mutationFn: (answers: Answers) =>
      api.inspect({ path: path.trim(), format, assume: answers, project_id: projectId }),
    onSuccess: setReport,
  });
  const forget = () => {
    setAssume({});
    setReport(null);
    inspect.reset();
  };
  const change = (where: string) => {
    setPath(where);
    forget();
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    inspect.mutate(assume);
  };
  const answer = (question: string, told: string) => {
    const answers = { ...assume, [question]: told };
    setAssume(answers);
    inspect.mutate(answers);
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
              forget();
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
            variant={report === null ? 'filled' : 'default'}
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
      {report === null ? null : (
        <>
          <InspectView report={report} formatTitle={titleOf(report.format)}>
            <GuessChoices guesses={report.guesses} isDisabled={inspect.isPending} onAnswer={answer} />
          </InspectView>
          <StartImport
            projectId={projectId}
            path={path.trim()}
            report={report}
            assume={assume}
            isReady={inspect.isSuccess}
            onStarted={onStarted}
          />
        </>
      )}
    </Stack>
  );
}

interface StartImportProps extends ChooseStepProps {
  readonly path: string;
  readonly report: InspectReport;
  readonly assume: Answers;
  /** The report is of the answers as they are. */
  readonly isReady: boolean;
}

function StartImport({ projectId, path, report, assume, isReady, onStarted }: StartImportProps) {
  const { t } = useTranslation();
  const [wantsLabels, setWantsLabels] = useState(true);
  const [names, setNames] = useState<CategoryNames>({});
  const [trajectory, setTrajectory] = useState<TrajectorySource>('given');
  const plan = importPlan(report);
  const takesLabels = plan.hasLabels && wantsLabels;
  const start = useMutation({
    mutationFn: () =>
      api.importScenes(projectId, {
        path,
        format: report.format,
        with_labels: takesLabels,
        assume,
        mapping: takesLabels ? namesToSend(names) : null,
        unknown: 'keep',
        trajectory,
      }),
    onSuccess: (job) => onStarted(job.id),
  });
  if (plan.scenes === 0) {
    return <Alert color="yellow">{t('import.nothing')}</Alert>;
  }
  return (
    <>
      {takesLabels ? (
        <CategoryChoices
          title={t('categories.title')}
          hint={t('categories.importHint')}
          categories={report.categories}
          targets={report.project_categories}
          names={names}
          onChange={setNames}
        />
      ) : null}
      <TrajectoryChoice report={report} value={trajectory} onChange={setTrajectory} />
      <Group className="tb-dialog-foot" justify="space-between" align="flex-end" wrap="nowrap">
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
          <Button
            onClick={() => start.mutate()}
            loading={start.isPending}
            disabled={!isReady || plan.newScenes === 0}
            data-testid="import-start"
          >
            {plan.newScenes === 0 ? t('import.allKnown') : t('import.start', { count: plan.newScenes })}
          </Button>
        </Stack>
      </Group>
    </>
  );
}
