/** All keys, made from the same table that the keyboard reads. */
import { Modal, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { type Action, type ActionGroup, ACTIONS } from '../../editor/actions';
import { tKey } from '../../i18n/dynamic';
import { categoryTitle } from '../../model/names';
import { KeyCaps } from '../../ui/keys';
import { useEditor, useSession } from '../editor_context';
import { keyOf } from '../key_hints';
import './help.css';
import { actionsByGroup, categoryKeys } from './key_table';

const GROUP_TEXTS = {
  create: 'help.groupCreate',
  move: 'help.groupMove',
  size: 'help.groupSize',
  object: 'help.groupObject',
  frame: 'help.groupFrame',
  view: 'help.groupView',
  app: 'help.groupApp',
} as const satisfies Record<ActionGroup, string>;

const MOUSE = [
  ['help.mouseSelect', 'help.mouseSelectKeys'],
  ['help.mouseOrbit', 'help.mouseOrbitKeys'],
  ['help.mousePan', 'help.mousePanKeys'],
  ['help.mouseZoom', 'help.mouseZoomKeys'],
  ['help.mouseResize', 'help.mouseResizeKeys'],
  ['help.mouseRotate', 'help.mouseRotateKeys'],
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
      <Text c="dimmed" mb="md">
        {t('help.intro')}
      </Text>
      <div className="tb-help">
        {actionsByGroup(ACTIONS).map(([group, actions]) => (
          <section key={group}>
            <h3>{t(GROUP_TEXTS[group])}</h3>
            {group === 'create' ? <CategoryKeys /> : null}
            {actions.map((action) => (
              <ActionRow key={action.id} action={action} />
            ))}
            {group === 'create' ? <PlaceKeys /> : null}
            {group === 'app' ? <PanelKeys /> : null}
          </section>
        ))}
        <section>
          <h3>{t('help.mouse')}</h3>
          {MOUSE.map(([text, keys]) => (
            <p key={text}>
              <span>{t(text)}</span>
              <span className="tb-help-mouse">{t(keys)}</span>
            </p>
          ))}
        </section>
      </div>
      <div className="tb-help-fade" />
    </Modal>
  );
}

function ActionRow({ action }: { readonly action: Action }) {
  const { t } = useTranslation();
  return (
    <p>
      <span>{tKey(t, action.titleKey)}</span>
      <span className="tb-help-keys">
        {action.keys.map((keys) => (
          <KeyCaps key={keys} combination={keys} />
        ))}
      </span>
    </p>
  );
}

/** The key that takes the tool in hand places the cuboid when it is pressed again. */
function PlaceKeys() {
  const { t } = useTranslation();
  const key = keyOf('new_box') ?? '';
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
      <KeyCaps combination={key} />
    </p>
  ));
}
