/** Fitting the selected cuboid to the points: all of it, or one part. */
import { Menu } from '@mantine/core';
import { IconMagnet } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { actionById } from '../../editor/actions';
import { tKey } from '../../i18n/dynamic';
import { IconButton } from '../../ui/icon_button';
import { KeyCaps } from '../../ui/keys';
import { useEditor } from '../editor_context';
import { keyOf } from '../key_hints';

const WHOLE = ['fit_all', 'fit_position', 'fit_size', 'fit_heading', 'fit_to_ground'] as const;
const FACES = ['fit_front', 'fit_back', 'fit_left', 'fit_right', 'fit_top', 'fit_bottom'] as const;

export function FitMenu() {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <Menu position="top-start" width={230} withinPortal opened={isOpen} onChange={setIsOpen}>
      <Menu.Target>
        <IconButton
          label={t('fitting.menu')}
          keys={keyOf('fit_all')}
          icon={<IconMagnet size={18} />}
          onClick={() => undefined}
          position="top"
          isHintHidden={isOpen}
          testId="action-fit"
        />
      </Menu.Target>
      <Menu.Dropdown>
        {WHOLE.map((id) => (
          <FitItem key={id} id={id} />
        ))}
        <Menu.Divider />
        {FACES.map((id) => (
          <FitItem key={id} id={id} />
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function FitItem({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const editor = useEditor();
  const action = actionById(id);
  return (
    <Menu.Item
      onClick={() => action.run(editor, { hold: false })}
      rightSection={<KeyCaps combination={keyOf(id)} />}
      data-testid={`action-${id}`}
    >
      {tKey(t, action.titleKey)}
    </Menu.Item>
  );
}
