/** Categories that the other side lacks: each keeps its name, gets another, or is left out. */
import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { IconTags } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import type { CategoryNames, CategoryUse } from '../../api/types';
import { choiceOf, suggestedNames, withChoice } from './category_names';
import './categories.css';

interface CategoryChoicesProps {
  readonly title: string;
  readonly hint: string;
  readonly categories: readonly CategoryUse[];
  /** The names that one can be mapped to. */
  readonly targets: readonly string[];
  readonly names: CategoryNames;
  readonly onChange: (names: CategoryNames) => void;
}

export function CategoryChoices({ title, hint, categories, names, onChange, targets }: CategoryChoicesProps) {
  const { t } = useTranslation();
  const unknown = categories.filter((category) => !category.is_known);
  const suggested = suggestedNames(unknown);
  const count = Object.keys(suggested).length;
  const isUsed = Object.entries(suggested).every(([name, target]) => names[name] === target);
  if (unknown.length === 0) {
    return null;
  }
  return (
    <Stack gap="xs" data-testid="category-choices">
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <Group gap="xs" wrap="nowrap">
          <IconTags size={16} color="var(--tb-warn)" />
          <Text size="sm" fw={600}>
            {title}
          </Text>
        </Group>
        {count === 0 || isUsed ? null : (
          <Button
            variant="light"
            size="compact-xs"
            onClick={() => onChange({ ...names, ...suggested })}
            data-testid="use-suggested"
          >
            {t('categories.useSuggested', { count })}
          </Button>
        )}
      </Group>
      <Text size="xs" c="dimmed">
        {hint}
      </Text>
      <div className="tb-category-list">
        {unknown.map((category) => (
          <CategoryRow
            key={category.name}
            category={category}
            targets={targets}
            names={names}
            onChange={onChange}
          />
        ))}
      </div>
    </Stack>
  );
}

interface CategoryRowProps extends Pick<CategoryChoicesProps, 'targets' | 'names' | 'onChange'> {
  readonly category: CategoryUse;
}

function CategoryRow({ category, targets, names, onChange }: CategoryRowProps) {
  const { t } = useTranslation();
  const { name, tracks, suggestion } = category;
  const choices = [
    { value: 'keep', label: t('categories.keep') },
    { value: 'drop', label: t('categories.drop') },
    {
      group: t('categories.renameTo'),
      items: [...targets]
        .sort((one, other) => Number(other === suggestion) - Number(one === suggestion))
        .map((target) => ({
          value: `to:${target}`,
          label: target === suggestion ? t('categories.suggested', { name: target }) : target,
        })),
    },
  ];
  return (
    <div className="tb-category-row">
      <Text size="sm" className="tb-ellipsis" title={name}>
        {name}
      </Text>
      <Text size="xs" c="dimmed" className="tb-num">
        {t('common.tracks', { count: tracks })}
      </Text>
      <Select
        size="xs"
        aria-label={t('categories.choiceFor', { name })}
        data={choices}
        value={choiceOf(names, name)}
        allowDeselect={false}
        searchable={targets.length > 12}
        onChange={(value) => onChange(withChoice(names, name, value ?? 'keep'))}
        data-testid={`category-${name}`}
      />
    </div>
  );
}
