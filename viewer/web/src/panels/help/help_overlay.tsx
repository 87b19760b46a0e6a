/** All keys, made from the same table that the keyboard reads. */
import { Button, Group, Modal, Text, TextInput } from '@mantine/core';
import { IconKeyboard, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';

import { type Action, ACTIONS } from '../../editor/actions';
import { keySettings } from '../../editor/keymap_store';
import { PRESETS } from '../../editor/keymaps';
import { tKey } from '../../i18n/dynamic';
import { categoryTitle } from '../../model/names';
import { KeyCaps } from '../../ui/keys';
import { useEditor, useSession } from '../editor_context';
import { keyOf, keyOfCategory } from '../key_hints';
import { SourceLegend } from './source_legend';
import { GROUP_TEXTS } from './group_texts';
import './help.css';
import { actionsByGroup, categoryKeys, matchesText } from './key_table';

const MOUSE = [
  ['help.mouseSelect', 'help.mouseSelectKeys'],
  ['help.mouseOrbit', 'help.mouseOrbitKeys'],
  ['help.mousePan', 'help.mousePanKeys'],
  ['help.mouseZoom', 'help.mouseZoomKeys'],
  ['fitting.mousePlace', 'fitting.mousePlaceKeys'],
  ['fitting.mouseHeading', 'fitting.mouseHeadingKeys'],
  ['fitting.mouseGroup', 'fitting.mouseGroupKeys'],
  ['help.mouseResize', 'help.mouseResizeKeys'],
  ['fitting.mouseSymmetric', 'fitting.mouseSymmetricKeys'],
  ['fitting.mouseFitFace', 'fitting.mouseFitFaceKeys'],
  ['help.mouseRotate', 'help.mouseRotateKeys'],
  ['images.mousePull', 'images.mousePullKeys'],
  ['images.mouseRay', 'images.mouseRayKeys'],
  ['sequences.mouseStop', 'sequences.mouseStopKeys'],
] as const;

export function HelpOverlay() {
  const { t } = useTranslation();
  const { session } = useEditor();
  const isOpen = useSession((state) => state.helpOpen);
  return (
    <Modal
      opened={isOpen}
      onClose={() => session.setState({ helpOpen: false })}
      title={t('help.title')}
      size={1240}
      xOffset={16}
      yOffset={24}
      data-testid="help"
    >
      <KeyTable />
      <div className="tb-help-fade" />
    </Modal>
  );
}

function KeyTable() {
  const { t } = useTranslation();
  const { session } = useEditor();
  const [text, setText] = useState('');
  const { preset, keysById } = useStore(keySettings.store);
  const isWanted = (action: Action) =>
    matchesText(text, [tKey(t, action.titleKey), ...(keysById.get(action.id) ?? [])]);
  const groups = actionsByGroup(ACTIONS)
    .map(([group, actions]) => [group, actions.filter(isWanted)] as const)
    .filter(([, actions]) => actions.length > 0);
  const isAll = text.trim() === '';
  return (
    <>
      <Group mb="md" gap="md">
        <TextInput
          size="xs"
          w={280}
          data-autofocus
          leftSection={<IconSearch size={13} />}
          placeholder={t('helpSearch.placeholder')}
          aria-label={t('helpSearch.placeholder')}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          data-testid="help-search"
        />
        <Text c="dimmed" size="sm">
          {t('helpSearch.preset', { name: PRESETS[preset].title })} · {t('help.intro')}
        </Text>
        <Button
          ml="auto"
          size="compact-sm"
          variant="default"
          leftSection={<IconKeyboard size={14} />}
          onClick={() => session.setState({ helpOpen: false, keysOpen: true })}
          data-testid="open-keys"
        >
          {t('keys.open')}
        </Button>
      </Group>
      {groups.length === 0 ? <Text c="dimmed">{t('helpSearch.none', { text })}</Text> : null}
      <div className="tb-help">
        {groups.map(([group, actions]) => (
          <section key={group}>
            <h3>{t(GROUP_TEXTS[group])}</h3>
            {group === 'create' && isAll ? <CategoryKeys /> : null}
            {actions.map((action) => (
              <ActionRow key={action.id} action={action} keys={keysById.get(action.id) ?? []} />
            ))}
            {group === 'create' && isAll ? <PlaceKeys /> : null}
            {group === 'app' && isAll ? <PanelKeys /> : null}
          </section>
        ))}
        {isAll ? <MouseTable /> : null}
        {isAll ? <SourceLegend /> : null}
      </div>
    </>
  );
}

function MouseTable() {
  const { t } = useTranslation();
  return (
    <section>
      <h3>{t('help.mouse')}</h3>
      {MOUSE.map(([text, keys]) => (
        <p key={text}>
          <span>{t(text)}</span>
          <span className="tb-help-mouse">{t(keys)}</span>
        </p>
      ))}
    </section>
  );
}

interface ActionRowProps {
  readonly action: Action;
  readonly keys: readonly string[];
}

function ActionRow({ action, keys }: ActionRowProps) {
  const { t } = useTranslation();
  return (
    <p>
      <span>{tKey(t, action.titleKey)}</span>
      <span className="tb-help-keys">
        {keys.map((key) => (
          <KeyCaps key={key} combination={key} />
        ))}
      </span>
    </p>
  );
}

/** The key that takes the tool in hand places the cuboid when it is pressed again. */
function PlaceKeys() {
  const { t } = useTranslation();
  const key = keyOf('new_box');
  return (
    <p>
      <span>{t('help.place')}</span>
      <span className="tb-help-keys">
        <KeyCaps combination={key} />
        <KeyCaps combination={key} />
      </span>
    </p>
  );
}

/** What the page itself does with keys. */
function PanelKeys() {
  const { t } = useTranslation();
  return (
    <p>
      <span>{t('help.panels')}</span>
      <span className="tb-help-keys">
        <KeyCaps combination="F6" />
        <KeyCaps combination="Shift+F6" />
      </span>
    </p>
  );
}

function CategoryKeys() {
  const { scene } = useEditor();
  return categoryKeys(scene.taxonomy).map(({ name, color, key }) => (
    <p key={name}>
      <span>
        <span className="tb-swatch" style={{ background: color }} /> {categoryTitle(name)}
      </span>
      <KeyCaps combination={keyOfCategory(key) ?? key} />
    </p>
  ));
}
