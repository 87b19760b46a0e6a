/** Which labels, into which scenes, and what becomes of those that are there. */
import { Button, Group, MultiSelect, NumberInput, Select, Stack, Text, TextInput } from '@mantine/core';
import { IconFolderSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { api } from '../../api/client';
import type { ProjectId } from '../../model/ids';
import { useFormats } from '../formats';
import { FolderBrowser } from '../import/folder_browser';
import { type MergeChoices, POLICIES } from './merge_choices';

interface MergeFormProps {
  readonly projectId: ProjectId;
  readonly choices: MergeChoices;
  readonly onChange: (change: Partial<MergeChoices>) => void;
}

export function MergeForm({ projectId, choices, onChange }: MergeFormProps) {
  const { t } = useTranslation();
  const [isBrowsing, setIsBrowsing] = useState(false);
  const { data: formats = [] } = useFormats();
  const { data: scenes = [] } = useQuery({
    queryKey: ['scenes', projectId],
    queryFn: () => api.listScenes(projectId),
  });
  return (
    <Stack gap="md">
      <Group gap="sm" align="flex-end" wrap="nowrap">
        <TextInput
          flex={1}
          label={t('merge.path')}
          placeholder={t('merge.pathPlaceholder')}
          value={choices.path}
          onChange={(event) => onChange({ path: event.currentTarget.value })}
          data-autofocus
          spellCheck={false}
          data-testid="merge-path"
        />
        <Select
          w={152}
          size="sm"
          label={t('import.format')}
          placeholder={t('import.autoFormat')}
          data={formats
            .filter((format) => format.can_read_labels)
            .map(({ name, title }) => ({ value: name, label: title }))}
          value={choices.format}
          clearable
          searchable
          onChange={(format) => onChange({ format })}
          data-testid="merge-format"
        />
        <Button
          variant="default"
          leftSection={<IconFolderSearch size={16} />}
          onClick={() => setIsBrowsing(!isBrowsing)}
          aria-expanded={isBrowsing}
        >
          {t('import.browse')}
        </Button>
      </Group>
      {isBrowsing ? (
        <FolderBrowser
          path={choices.path.trim() === '' ? null : choices.path.trim()}
          onOpen={(path) => onChange({ path })}
        />
      ) : null}
      <Group gap="sm" align="flex-start" grow>
        <MultiSelect
          size="sm"
          label={t('merge.scenes')}
          placeholder={choices.sceneIds.length === 0 ? t('export.allScenes', { count: scenes.length }) : ''}
          data={scenes.map(({ id, name }) => ({ value: id, label: name }))}
          value={[...choices.sceneIds]}
          onChange={(sceneIds) => onChange({ sceneIds })}
          searchable
          data-testid="merge-scenes"
        />
        <TextInput
          label={t('merge.model')}
          placeholder="pillar@3"
          value={choices.model}
          onChange={(event) => onChange({ model: event.currentTarget.value })}
          spellCheck={false}
          data-testid="merge-model"
        />
      </Group>
      <Stack gap={4}>
        <Group gap="sm" align="flex-end" wrap="nowrap">
          <Select
            flex={1}
            size="sm"
            label={t('merge.policy')}
            data={POLICIES.map((value) => ({ value, label: t(`merge.${value}`) }))}
            value={choices.policy}
            allowDeselect={false}
            onChange={(value) =>
              onChange({ policy: POLICIES.find((policy) => policy === value) ?? choices.policy })
            }
            data-testid="merge-policy"
          />
          {choices.policy === 'add' ? null : (
            <NumberInput
              w={152}
              size="sm"
              label={t('merge.minIou')}
              min={0.05}
              max={1}
              step={0.05}
              decimalScale={2}
              clampBehavior="strict"
              value={choices.minIou}
              onChange={(value) => {
                if (typeof value === 'number' && value > 0) {
                  onChange({ minIou: value });
                }
              }}
              data-testid="merge-min-iou"
            />
          )}
        </Group>
        <Text size="xs" c="dimmed">
          {t(`merge.${choices.policy}Hint`)}
        </Text>
      </Stack>
    </Stack>
  );
}
