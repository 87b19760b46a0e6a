/** The choices of an export. */
import {
  Chip,
  Group,
  Input,
  MultiSelect,
  SegmentedControl,
  Select,
  SimpleGrid,
  Stack,
  Switch,
} from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { api } from '../../api/client';
import type { CategoryUse, FormatInfo } from '../../api/types';
import type { ProjectId, SceneId } from '../../model/ids';
import { type ExportChoices, SOURCES, type SourceKind } from './export_choices';

interface ExportFormProps {
  readonly projectId: ProjectId;
  readonly sceneId: SceneId | null;
  readonly formats: readonly FormatInfo[];
  readonly choices: ExportChoices;
  /** Those that the labels of the chosen scenes use. */
  readonly categories: readonly CategoryUse[];
  readonly onChange: (change: Partial<ExportChoices>) => void;
}

const SOURCE_TEXTS = {
  human: 'export.sourceHuman',
  propagated: 'export.sourcePropagated',
  model: 'export.sourceModel',
  imported: 'export.sourceImported',
} as const satisfies Record<SourceKind, string>;

export function ExportForm({ formats, choices, categories, onChange, ...where }: ExportFormProps) {
  const { t } = useTranslation();
  return (
    <Stack gap="md">
      <SimpleGrid cols={2} spacing="md">
        <Select
          size="sm"
          label={t('export.format')}
          data={formats.map(({ name, title }) => ({ value: name, label: title }))}
          value={choices.format}
          allowDeselect={false}
          searchable={formats.length > 8}
          // Another format has other names.
          onChange={(value) => onChange({ format: value ?? choices.format, names: null })}
          data-testid="export-format"
        />
        <Input.Wrapper label={t('export.derive')}>
          <Select
            size="sm"
            aria-label={t('export.derive')}
            data={[
              { value: 'missing', label: t('export.deriveMissing') },
              { value: 'all', label: t('export.deriveAll') },
            ]}
            value={choices.derive2d}
            allowDeselect={false}
            onChange={(value) => onChange({ derive2d: value === 'all' ? 'all' : 'missing' })}
            data-testid="export-derive"
          />
        </Input.Wrapper>
      </SimpleGrid>
      <SceneChoice {...where} choices={choices} onChange={onChange} />
      <Input.Wrapper label={t('export.sources')} description={t('export.sourcesHint')}>
        <Chip.Group
          multiple
          value={[...choices.sources]}
          onChange={(value) => onChange({ sources: SOURCES.filter((source) => value.includes(source)) })}
        >
          <Group gap="sm" mt="xs">
            {SOURCES.map((source) => (
              <Chip key={source} value={source} size="xs" data-testid={`export-source-${source}`}>
                {t(SOURCE_TEXTS[source])}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
      </Input.Wrapper>
      <MultiSelect
        size="sm"
        label={t('export.categories')}
        placeholder={choices.categories.length === 0 ? t('export.allCategories') : ''}
        data={[...new Set([...categories.map(({ name }) => name), ...choices.categories])]}
        value={[...choices.categories]}
        onChange={(value) => onChange({ categories: value })}
        searchable
        clearable
        data-testid="export-categories"
      />
      <Switch
        label={t('export.unconfirmed')}
        checked={choices.includeUnconfirmed}
        onChange={(event) => onChange({ includeUnconfirmed: event.currentTarget.checked })}
        data-testid="export-unconfirmed"
      />
    </Stack>
  );
}

function SceneChoice({
  projectId,
  sceneId,
  choices,
  onChange,
}: Omit<ExportFormProps, 'formats' | 'categories'>) {
  const { t } = useTranslation();
  const { data: scenes = [] } = useQuery({
    queryKey: ['scenes', projectId],
    queryFn: () => api.listScenes(projectId),
  });
  const onlyThis = choices.sceneIds.length === 1 && choices.sceneIds[0] === sceneId;
  return (
    <Input.Wrapper label={t('export.scenes')}>
      <Stack gap="sm">
        <SegmentedControl
          fullWidth
          value={choices.scope}
          onChange={(value) => onChange({ scope: value === 'all' ? 'all' : 'some' })}
          data={[
            { value: 'all', label: t('export.allScenes', { count: scenes.length }) },
            { value: 'some', label: onlyThis ? t('export.thisScene') : t('export.someScenes') },
          ]}
          data-testid="export-scope"
        />
        {choices.scope === 'some' ? (
          <MultiSelect
            size="sm"
            aria-label={t('export.scenes')}
            placeholder={choices.sceneIds.length === 0 ? t('export.scenesPlaceholder') : ''}
            data={scenes.map(({ id, name }) => ({ value: id, label: name }))}
            value={[...choices.sceneIds]}
            onChange={(value) => onChange({ sceneIds: value })}
            searchable
            data-testid="export-scenes"
          />
        ) : null}
      </Stack>
    </Input.Wrapper>
  );
}
