/** The rail on the left: tools, and the categories of new cuboids with their colours and keys. */
import { UnstyledButton } from '@mantine/core';
import { IconCubePlus, IconCubeSpark, IconPointer, IconRuler2 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import { actionById } from '../../editor/actions';
import { categoryTitle } from '../../model/names';
import type { Category } from '../../model/scene';
import { Hint } from '../../ui/hint';
import { IconButton } from '../../ui/icon_button';
import { shortKey, useKey } from '../../ui/keys';
import { useEditor, useLabelVersion, useSession } from '../editor_context';
import { keyOf, keyOfCategory } from '../key_hints';
import { shortNames } from './short_names';
import './tools.css';

export function ToolRail() {
  const { t } = useTranslation();
  const editor = useEditor();
  const tool = useSession((state) => state.tool);
  const isSticky = useSession((state) => state.isCreateSticky);
  return (
    <nav className="tb-rail" aria-label={t('tools.title')}>
      <IconButton
        label={t('tools.select')}
        keys={keyOf('cancel')}
        icon={<IconPointer size={20} />}
        size={40}
        isActive={tool === 'select'}
        onClick={() => editor.setTool('select')}
        position="right"
        testId="tool-select"
      />
      <IconButton
        label={t('tools.create')}
        keys={keyOf('new_box')}
        icon={<IconCubePlus size={20} />}
        size={40}
        isActive={tool === 'create' && !isSticky}
        onClick={() => editor.setTool(tool === 'create' ? 'select' : 'create')}
        position="right"
        testId="tool-create"
      />
      <IconButton
        label={t('fitting.sticky')}
        keys={keyOf('new_boxes')}
        icon={<IconCubeSpark size={20} />}
        size={40}
        isActive={isSticky}
        onClick={() => actionById(isSticky ? 'cancel' : 'new_boxes').run(editor, { hold: false })}
        position="right"
        testId="tool-create-sticky"
      />
      <IconButton
        label={t('ruler.tool')}
        keys={keyOf('ruler')}
        icon={<IconRuler2 size={20} />}
        size={40}
        isActive={tool === 'ruler'}
        onClick={() => editor.setTool(tool === 'ruler' ? 'select' : 'ruler')}
        position="right"
        testId="tool-ruler"
      />
      <span className="tb-rail-line" />
      <Categories />
    </nav>
  );
}

function Categories() {
  const { t } = useTranslation();
  const editor = useEditor();
  useLabelVersion();
  const { categories } = editor.scene.taxonomy;
  const active = useSession((state) => state.activeCategory);
  const selected = useSession((state) => state.selectedTrackId);
  const selectedCategory = selected === null ? undefined : editor.store.get('tracks', selected)?.category;
  const isCreating = useSession((state) => state.tool === 'create');
  const names = shortNames(categories.map((category) => category.name));
  const isNamed = categories.some((category) => category.hot_key !== null);
  return (
    <div className="tb-categories" role="radiogroup" aria-label={t('tools.categories')}>
      {categories.map((category, index) => (
        <CategoryChip
          key={category.name}
          category={category}
          short={names[index] ?? category.name}
          hotKey={isNamed ? category.hot_key : index < 9 ? String(index + 1) : null}
          isActive={category.name === (isCreating ? active : (selectedCategory ?? active))}
        />
      ))}
    </div>
  );
}

interface CategoryChipProps {
  readonly category: Category;
  readonly short: string;
  readonly hotKey: string | null;
  readonly isActive: boolean;
}

function CategoryChip({ category, short, hotKey, isActive }: CategoryChipProps) {
  const editor = useEditor();
  const key = useKey(keyOfCategory(hotKey));
  return (
    <Hint label={categoryTitle(category.name)} keys={keyOfCategory(hotKey)} position="right">
      <UnstyledButton
        className="tb-category"
        role="radio"
        aria-checked={isActive}
        aria-label={categoryTitle(category.name)}
        onClick={() => editor.pickCategory(category.name)}
        style={{ '--tb-category': category.color }}
        data-testid={`category-${category.name}`}
      >
        <span className="tb-category-color" />
        <span className="tb-category-name">{short}</span>
        {key === undefined ? null : <span className="tb-category-key">{shortKey(key)}</span>}
      </UnstyledButton>
    </Hint>
  );
}
