/** Both versions side by side, and the choice between them. */
import { Button, Group, Modal, Radio, ScrollArea, Stack, Table, Text } from '@mantine/core';
import { useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';

import { trackName } from '../../model/names';
import type { AnyRecord } from '../../model/records';
import type { LabelStore } from '../../store/label_store';
import type { Choice, Conflict } from '../../store/sync';
import { useEditorTools } from '../editor_context';
import { byKind, differences } from './compare';

interface ConflictDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function ConflictDialog({ isOpen, onClose }: ConflictDialogProps) {
  const { t } = useTranslation();
  const { editor, authorOf } = useEditorTools();
  const { sync } = editor;
  useSyncExternalStore(sync.subscribe, () => sync.version);
  const conflicts = byKind(sync.conflicts);
  const isRefused = conflicts.some(({ reason }) => reason === 'rejected');
  const who = conflicts.map(({ id }) => authorOf(id)).find((author) => author !== null);
  const resolve = (choice: Choice) => {
    sync.resolve(choice);
    onClose();
  };
  return (
    <Modal
      opened={isOpen && conflicts.length > 0}
      onClose={onClose}
      title={isRefused ? t('saving.refusedTitle') : t('conflict.title')}
      size={680}
      data-testid="conflict-dialog"
    >
      <Stack gap="lg">
        {isRefused ? (
          <>
            <Text>{t('saving.refusedText')}</Text>
            <Text c="dimmed">{sync.lastError}</Text>
          </>
        ) : (
          <Text>{t('conflict.text', { who: who?.replace(/^human:/, '') ?? t('conflict.someone') })}</Text>
        )}
        <ScrollArea.Autosize mah={320} type="auto">
          <Stack gap="lg">
            {conflicts.map((conflict) => (
              <ConflictTable
                key={`${conflict.kind}:${conflict.id}`}
                conflict={conflict}
                canChoose={conflicts.length > 1 && !isRefused}
              />
            ))}
          </Stack>
        </ScrollArea.Autosize>
        <Group justify="flex-end">
          <Button variant="default" onClick={() => resolve('theirs')} data-testid="take-theirs">
            {isRefused ? t('saving.giveUp') : t('conflict.keepTheirs')}
          </Button>
          <Button onClick={() => resolve('mine')} data-testid="keep-mine">
            {isRefused ? t('saving.tryAgain') : t('conflict.keepMine')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

interface ConflictTableProps {
  readonly conflict: Conflict;
  /** With several conflicts each can be settled on its own. */
  readonly canChoose: boolean;
}

function ConflictTable({ conflict, canChoose }: ConflictTableProps) {
  const { t } = useTranslation();
  const { editor } = useEditorTools();
  const [choice, setChoice] = useState<Choice | null>(null);
  const settle = (which: Choice) => {
    setChoice(which);
    editor.sync.resolve(which, conflict);
  };
  const title = useTitle(editor.store, conflict.mine ?? conflict.theirs);
  const missing = t('conflict.deleted');
  const nameOf = (id: string) => {
    const track = editor.store.get('tracks', id);
    return track === undefined ? missing : trackName(track);
  };
  return (
    <Table withTableBorder verticalSpacing={4}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th w="32%">{title}</Table.Th>
          {(['mine', 'theirs'] as const).map((which) => (
            <Table.Th key={which} w="34%">
              {canChoose ? (
                <Radio
                  size="xs"
                  label={t(`conflict.${which}`)}
                  checked={choice === which}
                  onChange={() => settle(which)}
                  data-testid={`choose-${which}`}
                />
              ) : (
                t(`conflict.${which}`)
              )}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {differences(conflict.mine, conflict.theirs, nameOf).map(({ field, mine, theirs }) => (
          <Table.Tr key={field}>
            <Table.Td c="dimmed">{t(`conflict.field_${field}`)}</Table.Td>
            <Table.Td className="tb-num">{mine ?? missing}</Table.Td>
            <Table.Td className="tb-num">{theirs ?? missing}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function useTitle(store: LabelStore, record: AnyRecord | null): string {
  const { t } = useTranslation();
  if (record === null) {
    return '';
  }
  if ('category' in record) {
    return trackName(record);
  }
  const track =
    'track_id' in record && record.track_id !== null ? store.get('tracks', record.track_id) : undefined;
  return track === undefined
    ? t('conflict.frame', { frame: record.frame_index })
    : t('conflict.cuboid', { name: trackName(track), frame: record.frame_index });
}
