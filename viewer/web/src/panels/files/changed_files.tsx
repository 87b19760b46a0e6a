/** A line over the views that says when raw files are no longer those that were imported. */
import { Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { api } from '../../api/client';
import { messageOf } from '../../api/errors';
import type { FileReport } from '../../api/types';
import type { SceneDetail } from '../../model/scene';
import { ProblemList } from '../../ui/problem_list';
import { toastError, toastInfo } from '../../ui/toast';
import './files.css';

/** The first frame comes before a look at thousands of files. */
const LOOK_AFTER_MS = 1_500;

export function ChangedFiles({ scene }: { readonly scene: SceneDetail }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [isShown, setIsShown] = useState(false);
  const key = ['files', scene.id] as const;
  const report = useFileReport(scene);
  const accept = useMutation({
    mutationFn: () => api.acceptFiles(scene.id),
    onSuccess: (accepted) => {
      client.setQueryData<FileReport>(key, accepted);
      toastInfo(t('files.accepted'));
    },
    onError: (error) => toastError(t('errors.title'), messageOf(error)),
  });
  if (report.problem_count === 0) {
    return null;
  }
  return (
    <section className="tb-changed-files" role="status" data-testid="changed-files">
      <div className="tb-changed-files-line">
        <IconAlertTriangle size={16} aria-hidden="true" />
        <strong>{t('files.changed', { count: report.problem_count })}</strong>
        <span style={{ flex: 1 }} />
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => setIsShown(!isShown)}
          aria-expanded={isShown}
          data-testid="changed-files-show"
        >
          {isShown ? t('files.hide') : t('files.show')}
        </Button>
        <Button
          size="compact-xs"
          variant="default"
          loading={accept.isPending}
          onClick={() => accept.mutate()}
          data-testid="changed-files-accept"
        >
          {t('files.accept')}
        </Button>
      </div>
      {isShown ? (
        <>
          <p>{t('files.changedText')}</p>
          <ProblemList problems={report.problems} maxHeightPx={200} />
        </>
      ) : null}
    </section>
  );
}

/** What was known when the scene was opened, until a look at the files says more. */
function useFileReport(scene: SceneDetail): FileReport {
  const [isTime, setIsTime] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsTime(true), LOOK_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  const { data } = useQuery({
    queryKey: ['files', scene.id],
    queryFn: ({ signal }) => api.checkFiles(scene.id, signal),
    enabled: isTime,
    retry: false,
    staleTime: Infinity,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  return data ?? { files: 0, problem_count: scene.changed_file_count, problems: scene.changed_files };
}
