/** A dataset that moved: where it was, where it is, whether it is the same, and then the scenes follow. */
import { Alert, Button, Checkbox, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { IconAlertTriangle, IconFolderSearch, IconZoomScan } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { api } from '../../api/client';
import { messageOf } from '../../api/errors';
import type { RelinkReport } from '../../api/types';
import type { ProjectId } from '../../model/ids';
import { ProblemList } from '../../ui/problem_list';
import { toastInfo } from '../../ui/toast';
import { FolderBrowser } from '../import/folder_browser';
import { movesOf } from './moves';

interface RelinkDialogProps {
  readonly projectId: ProjectId;
  /** The folder that is missing. */
  readonly folder: string;
  readonly onClose: () => void;
  readonly onDone?: () => void;
}

export function RelinkDialog({ projectId, folder, onClose, onDone }: RelinkDialogProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [oldRoot, setOldRoot] = useState(folder);
  const [newRoot, setNewRoot] = useState('');
  const [isBrowsing, setIsBrowsing] = useState(false);
  const [withChanged, setWithChanged] = useState(false);
  const body = { old_root: oldRoot.trim(), new_root: newRoot.trim(), with_changed: withChanged };
  const look = useMutation({ mutationFn: () => api.relink(projectId, { ...body, dry_run: true }) });
  const move = useMutation({
    mutationFn: () => api.relink(projectId, { ...body, dry_run: false }),
    onSuccess: async (report) => {
      if (report.is_done) {
        await client.invalidateQueries({ queryKey: ['scenes', projectId] });
        toastInfo(t('relink.done', { count: report.scenes.length }));
        onDone?.();
        onClose();
      }
    },
  });
  const change = (set: (text: string) => void) => (text: string) => {
    set(text);
    look.reset();
    move.reset();
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    look.mutate();
  };
  const report = move.data ?? look.data;
  const error = move.error ?? look.error;
  return (
    <Modal opened onClose={onClose} title={t('relink.title')} size={640} data-testid="relink-dialog">
      <form onSubmit={submit}>
        <Stack gap="md">
          <Text size="sm" c="dimmed">
            {t('relink.hint')}
          </Text>
          <TextInput
            label={t('relink.old')}
            value={oldRoot}
            onChange={(event) => change(setOldRoot)(event.currentTarget.value)}
            spellCheck={false}
            data-testid="relink-old"
          />
          <Group gap="sm" align="flex-end" wrap="nowrap">
            <TextInput
              flex={1}
              label={t('relink.new')}
              value={newRoot}
              onChange={(event) => change(setNewRoot)(event.currentTarget.value)}
              data-autofocus
              spellCheck={false}
              data-testid="relink-new"
            />
            <Button
              variant="default"
              leftSection={<IconFolderSearch size={16} />}
              onClick={() => setIsBrowsing(!isBrowsing)}
              aria-expanded={isBrowsing}
            >
              {t('import.browse')}
            </Button>
            <Button
              type="submit"
              variant={report === undefined ? 'filled' : 'default'}
              leftSection={<IconZoomScan size={16} />}
              loading={look.isPending}
              disabled={body.old_root === '' || body.new_root === ''}
              data-testid="relink-look"
            >
              {t('relink.look')}
            </Button>
          </Group>
          {isBrowsing ? (
            <FolderBrowser path={body.new_root === '' ? null : body.new_root} onOpen={change(setNewRoot)} />
          ) : null}
          {error === null ? null : (
            <Alert color="red" icon={<IconAlertTriangle size={18} />} role="alert" data-testid="relink-error">
              {messageOf(error)}
            </Alert>
          )}
          {report === undefined || error !== null ? null : (
            <RelinkFound
              report={report}
              withChanged={withChanged}
              onWithChanged={setWithChanged}
              isMoving={move.isPending}
              onMove={() => move.mutate()}
            />
          )}
        </Stack>
      </form>
    </Modal>
  );
}

interface RelinkFoundProps {
  readonly report: RelinkReport;
  readonly withChanged: boolean;
  readonly onWithChanged: (value: boolean) => void;
  readonly isMoving: boolean;
  readonly onMove: () => void;
}

function RelinkFound({ report, withChanged, onWithChanged, isMoving, onMove }: RelinkFoundProps) {
  const { t } = useTranslation();
  const moves = movesOf(report, withChanged);
  return (
    <Stack gap="sm" data-testid="relink-report">
      <Group gap="sm">
        <Text size="sm" fw={600} c={moves.different === 0 ? 'var(--tb-ok)' : 'var(--tb-warn)'}>
          {moves.different === 0
            ? t('relink.same', { count: moves.same })
            : t('relink.differ', { count: moves.different })}
        </Text>
        <Text size="sm" c="dimmed">
          {t('relink.compared', { count: moves.files })}
        </Text>
      </Group>
      {moves.problems.length === 0 ? null : <ProblemList problems={moves.problems} maxHeightPx={160} />}
      {moves.hasChanged ? (
        <Checkbox
          size="sm"
          checked={withChanged}
          onChange={(event) => onWithChanged(event.currentTarget.checked)}
          label={t('relink.withChanged')}
          data-testid="relink-with-changed"
        />
      ) : null}
      <Group justify="flex-end">
        <Button onClick={onMove} loading={isMoving} disabled={moves.different > 0} data-testid="relink-start">
          {t('relink.start', { count: report.scenes.length })}
        </Button>
      </Group>
    </Stack>
  );
}
