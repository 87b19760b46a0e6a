/** Export: choose, see what the format cannot hold, then write and download. */
import { Button, Group, Modal, Stack } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { api } from '../../api/client';
import { messageOf } from '../../api/errors';
import type { JobId, ProjectId, SceneId } from '../../model/ids';
import { toastError } from '../../ui/toast';
import { CategoryChoices } from '../categories/category_choices';
import { suggestedNames } from '../categories/category_names';
import { useFormats } from '../formats';
import { JobProgress } from '../jobs/job_progress';
import { isFinished, useJob } from '../jobs/use_job';
import { defaultFormat } from './default_format';
import { ExportCheckView } from './export_check_view';
import {
  chosenCategories,
  exportBody,
  type ExportChoices,
  exportResult,
  initialChoices,
} from './export_choices';
import { ExportDone } from './export_done';
import { ExportForm } from './export_form';

interface ExportDialogProps {
  readonly projectId: ProjectId;
  /** The scene that is open, offered first; null on the project page. */
  readonly sceneId: SceneId | null;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function ExportDialog({ projectId, sceneId, isOpen, onClose }: ExportDialogProps) {
  const { t } = useTranslation();
  return (
    <Modal opened={isOpen} onClose={onClose} title={t('export.title')} size={600} data-testid="export-dialog">
      <ExportBodyView projectId={projectId} sceneId={sceneId} onClose={onClose} />
    </Modal>
  );
}

/** Its own component, so that each opening starts anew. */
function ExportBodyView({ projectId, sceneId, onClose }: Omit<ExportDialogProps, 'isOpen'>) {
  const { t } = useTranslation();
  const [choices, setChoices] = useState<ExportChoices>(() => initialChoices('', sceneId));
  const [jobId, setJobId] = useState<JobId | null>(null);
  const formats = useFormats();
  const writable = formats.data?.filter((format) => format.can_write_labels) ?? [];
  const scenes = useQuery({ queryKey: ['scenes', projectId], queryFn: () => api.listScenes(projectId) });
  const names = writable.map(({ name }) => name);
  // Not before the scenes are known: a format that changes under the pointer would be a trap.
  const offered = scenes.isPending ? '' : defaultFormat(names, scenes.data ?? [], sceneId);
  const chosen = choices.format === '' ? { ...choices, format: offered } : choices;
  const body = exportBody(chosen);
  const check = useQuery({
    queryKey: ['export-check', projectId, body],
    queryFn: ({ signal }) =>
      body === null ? Promise.reject(new Error('nothing chosen')) : api.checkExport(projectId, body, signal),
    enabled: body !== null && jobId === null,
    retry: false,
    placeholderData: (previous) => previous,
    // Labels change under the dialog; a count from the last opening would be wrong.
    gcTime: 0,
  });
  const start = useMutation({
    mutationFn: () =>
      body === null ? Promise.reject(new Error('nothing chosen')) : api.exportLabels(projectId, body),
    onSuccess: (job) => setJobId(job.id),
    onError: (error) => toastError(t('errors.title'), messageOf(error)),
  });
  const job = useJob(jobId);
  const result = exportResult(job);
  const isEmpty = check.data?.cuboids === 0;

  if (jobId !== null) {
    return (
      <Stack gap="lg">
        {result === null && job !== undefined ? <JobProgress job={job} /> : null}
        {result === null ? null : <ExportDone result={result} />}
        {job !== undefined && isFinished(job) ? (
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setJobId(null)}>
              {t('export.again')}
            </Button>
            <Button variant={result === null ? 'filled' : 'default'} onClick={onClose}>
              {t('common.close')}
            </Button>
          </Group>
        ) : null}
      </Stack>
    );
  }
  return (
    <Stack gap="lg">
      <ExportForm
        projectId={projectId}
        sceneId={sceneId}
        formats={writable}
        choices={chosen}
        categories={check.data?.categories ?? []}
        onChange={(change) => setChoices({ ...chosen, ...change })}
      />
      {check.data === undefined ? null : (
        <CategoryChoices
          title={t('categories.exportTitle')}
          hint={t('categories.exportHint')}
          categories={chosenCategories(check.data.categories, chosen.categories)}
          targets={check.data.format_categories}
          names={chosen.names ?? suggestedNames(check.data.categories)}
          onChange={(names) => setChoices({ ...chosen, names })}
        />
      )}
      <ExportCheckView
        check={body === null ? undefined : check.data}
        error={check.error === null ? null : messageOf(check.error)}
        isChecking={check.isFetching}
        isUnconfirmedIn={chosen.includeUnconfirmed}
      />
      <Group justify="flex-end" className="tb-dialog-foot">
        <Button variant="default" onClick={onClose}>
          {t('common.cancel')}
        </Button>
        <Button
          onClick={() => start.mutate()}
          loading={start.isPending}
          disabled={body === null || check.data === undefined || isEmpty}
          data-testid="export-start"
        >
          {t('export.start')}
        </Button>
      </Group>
    </Stack>
  );
}
