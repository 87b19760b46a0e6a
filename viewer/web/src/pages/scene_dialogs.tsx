/** Delete a scene, and read what is wrong with its files. */
import { Button, Group, Loader, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { api } from '../api/client';
import { messageOf } from '../api/errors';
import type { SceneSummary } from '../model/scene';
import { ProblemList } from '../ui/problem_list';
import { toastInfo } from '../ui/toast';
import { useScene } from './queries';

interface SceneDialogProps {
  readonly scene: SceneSummary;
  readonly onClose: () => void;
}

export function DeleteSceneDialog({ scene, onClose }: SceneDialogProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => api.deleteScene(scene.id),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['scenes', scene.project_id] });
      void client.invalidateQueries({ queryKey: ['projects'] });
      toastInfo(t('project.deleted', { name: scene.name }));
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title={t('project.deleteTitle', { name: scene.name })} size={440}>
      <Stack gap="lg">
        <Text>
          {t('project.deleteText', {
            tracks: t('common.tracks', { count: scene.track_count }),
            keys: t('common.keys', { count: scene.key_cuboid_count }),
          })}
        </Text>
        {remove.error === null ? null : (
          <Text c="red.4" role="alert">
            {messageOf(remove.error)}
          </Text>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t('common.cancel')}
          </Button>
          <Button
            color="red"
            loading={remove.isPending}
            onClick={() => remove.mutate()}
            data-testid="confirm-delete"
          >
            {t('project.deleteButton')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

export function SceneProblemsDialog({ scene, onClose }: SceneDialogProps) {
  const { t } = useTranslation();
  const { data, error } = useScene(scene.id);
  return (
    <Modal opened onClose={onClose} title={t('project.problemsTitle', { name: scene.name })} size={640}>
      <Stack gap="md">
        {data === undefined && error === null ? <Loader size="sm" /> : null}
        {error === null ? null : <Text c="red.4">{messageOf(error)}</Text>}
        {data === undefined || data.changed_file_count === 0 ? null : (
          <>
            <Text fw={600}>{t('files.changed', { count: data.changed_file_count })}</Text>
            <Text c="dimmed">{t('files.changedText')}</Text>
            <ProblemList problems={data.changed_files} maxHeightPx={240} />
          </>
        )}
        {data === undefined || data.problems.length === 0 ? null : (
          <>
            <Text c="dimmed">{t('project.problemsText')}</Text>
            <ProblemList problems={data.problems} maxHeightPx={320} />
          </>
        )}
      </Stack>
    </Modal>
  );
}
