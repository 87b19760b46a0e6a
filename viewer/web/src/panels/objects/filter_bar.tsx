/** The filter of the object list: words and terms typed, or chosen from menus; the views can follow it. */
import { ActionIcon, Button, CloseButton, Group, Menu, TextInput } from '@mantine/core';
import { IconEye, IconEyeOff, IconFilter } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';

import { FILTER_STATES, hasTerm, parseFilter, toggleTerm } from '../../editor/object_filter';
import type { ResolvedCuboid } from '../../geometry/interpolate';
import { categoryTitle } from '../../model/names';
import { Hint } from '../../ui/hint';
import { releaseFocus } from '../../ui/release_focus';
import { useEditor, useSession } from '../editor_context';
import { keyOf } from '../key_hints';
import { sourceTitle } from './source_text';

const BOUNDS = ['conf<0.3', 'conf<0.5', 'conf<0.7', 'conf>=0.5', 'conf>=0.7'] as const;

export function FilterBar({ cuboids }: { readonly cuboids: readonly ResolvedCuboid[] }) {
  const { t } = useTranslation();
  const { session } = useEditor();
  const text = useSession((state) => state.objectFilter);
  const field = useFocusOnDemand();
  const set = (objectFilter: string) => session.setState({ objectFilter });
  const { unclear } = parseFilter(text);
  return (
    <div className="tb-filter">
      <Hint label={t('filter.syntax')} keys={keyOf('find_object')} position="left">
        <TextInput
          ref={field}
          size="xs"
          flex={1}
          leftSection={<IconFilter size={13} />}
          rightSection={
            text === '' ? null : (
              <CloseButton size="xs" aria-label={t('objects.clear')} onClick={() => set('')} />
            )
          }
          placeholder={t('filter.label')}
          aria-label={t('filter.label')}
          error={unclear.length > 0 ? t('filter.unclear', { text: unclear.join(' ') }) : undefined}
          value={text}
          onChange={(event) => set(event.currentTarget.value)}
          onKeyDown={(event) => (event.key === 'Enter' ? releaseFocus() : undefined)}
          data-testid="object-filter"
        />
      </Hint>
      <Chips cuboids={cuboids} text={text} onToggle={(term) => set(toggleTerm(text, term))} />
    </div>
  );
}

interface ChipsProps {
  readonly cuboids: readonly ResolvedCuboid[];
  readonly text: string;
  readonly onToggle: (term: string) => void;
}

function Chips({ cuboids, text, onToggle }: ChipsProps) {
  const { t } = useTranslation();
  const { scene } = useEditor();
  const sources = [...new Set(cuboids.map(({ cuboid }) => cuboid.source))].toSorted();
  const menu = { text, onToggle };
  return (
    <Group gap={4} mt={4} wrap="nowrap">
      <Choice
        {...menu}
        name="category"
        title={t('filter.category')}
        terms={scene.taxonomy.categories.map(({ name, color }) => ({
          term: `cat:${name.replaceAll(' ', '_')}`,
          title: categoryTitle(name),
          color,
        }))}
      />
      <Choice
        {...menu}
        name="source"
        title={t('filter.source')}
        terms={sources.map((source) => ({ term: `src:${source}`, title: sourceTitle(t, source) }))}
      />
      <Choice
        {...menu}
        name="state"
        title={t('filter.state')}
        terms={FILTER_STATES.map((state) => ({ term: `is:${state}`, title: t(`filter.is_${state}`) }))}
      />
      <Choice
        {...menu}
        name="confidence"
        title={t('filter.confidence')}
        terms={BOUNDS.map((term) => ({ term, title: boundTitle(t, term) }))}
      />
      <HideToggle />
    </Group>
  );
}

function boundTitle(t: TFunction, term: (typeof BOUNDS)[number]): string {
  const [, sign, share] = /^conf(\D+)(.+)$/.exec(term) ?? [];
  return `${t('filter.confidence')} ${sign === '>=' ? '≥' : '<'} ${share ?? ''}`;
}

function HideToggle() {
  const { t } = useTranslation();
  const { session } = useEditor();
  const isHiding = useSession((state) => state.filterHides);
  return (
    <Hint label={t('filter.hide')} keys={keyOf('hide_filtered')} position="left">
      <ActionIcon
        className="tb-icon-button"
        size={22}
        ml="auto"
        aria-label={t('filter.hide')}
        aria-pressed={isHiding}
        onClick={() => session.setState({ filterHides: !isHiding })}
        data-testid="filter-hides"
      >
        {isHiding ? <IconEyeOff size={14} /> : <IconEye size={14} />}
      </ActionIcon>
    </Hint>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly title: string;
  readonly terms: readonly { readonly term: string; readonly title: string; readonly color?: string }[];
  readonly text: string;
  readonly onToggle: (term: string) => void;
}

/** A menu of terms; it shows whether one of them is in force. */
function Choice({ name, title, terms, text, onToggle }: ChoiceProps) {
  const { t } = useTranslation();
  const isOn = terms.some(({ term }) => hasTerm(text, term));
  return (
    <Menu position="bottom-start" closeOnItemClick={false}>
      <Menu.Target>
        <Button
          className="tb-filter-chip"
          size="compact-xs"
          variant={isOn ? 'light' : 'default'}
          data-testid={`filter-${name}`}
        >
          {title}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {terms.length === 0 ? <Menu.Label>{t('filter.anySource')}</Menu.Label> : null}
        {terms.map(({ term, title: text_, color }) => (
          <Menu.CheckboxItem
            key={term}
            checked={hasTerm(text, term)}
            onChange={() => onToggle(term)}
            data-testid={`filter-term-${term}`}
          >
            {color === undefined ? null : (
              <span className="tb-swatch tb-filter-swatch" style={{ background: color }} />
            )}
            {text_}
          </Menu.CheckboxItem>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** The list may stand behind the findings when the action asks for the focus; then it comes with the list. */
function useFocusOnDemand() {
  const { session } = useEditor();
  const field = useRef<HTMLInputElement>(null);
  const asked = useSession((state) => state.filterFocusAsked);
  useEffect(() => {
    if (asked) {
      session.setState({ filterFocusAsked: false });
      field.current?.select();
    }
  }, [asked, session]);
  return field;
}
