/** What can be done with the whole track, with the keys that do the same. */
import { Button, Menu } from '@mantine/core';
import { IconRoute } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import { actionById } from '../../editor/actions';
import { tKey } from '../../i18n/dynamic';
import { KeyCaps } from '../../ui/keys';
import { useEditor } from '../editor_context';
import { keyOf } from '../key_hints';

const PARTS = [
  ['extend_forward', 'extend_back', 'extend_both', 'best_frame', 'confirm_track'],
  ['life_begins', 'life_ends', 'split', 'merge'],
  ['static', 'snap', 'thin', 'size_everywhere', 'trajectory'],
] as const;

export function TrackMenu() {
  const { t } = useTranslation();
  return (
    <Menu position="bottom-end" width={280} withinPortal>
      <Menu.Target>
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconRoute size={14} />}
          data-testid="track-menu"
        >
          {t('sequences.actions')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {PARTS.map((ids, index) => (
          <div key={ids[0]}>
            {index === 0 ? null : <Menu.Divider />}
            {ids.map((id) => (
              <TrackItem key={id} id={id} />
            ))}
          </div>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function TrackItem({ id }: { readonly id: string }) {
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
