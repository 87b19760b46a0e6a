/** How fast the scene is played. */
import { Button, Menu } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import { PLAYBACK_SPEEDS } from '../../store/session';
import { Hint } from '../../ui/hint';
import type { TargetProps } from '../../ui/icon_button';
import { useEditor, useSession } from '../editor_context';
import { keyOf } from '../key_hints';

export function PlaybackSpeedChoice() {
  const { t } = useTranslation();
  const { session } = useEditor();
  const current = useSession((state) => state.playbackSpeed);
  return (
    <Menu position="top-start">
      <Menu.Target>
        <SpeedButton speed={current} />
      </Menu.Target>
      <Menu.Dropdown>
        {PLAYBACK_SPEEDS.map((speed) => (
          <Menu.Item
            key={speed}
            rightSection={speed === current ? <IconCheck size={14} /> : null}
            onClick={() => session.setState({ playbackSpeed: speed })}
            data-testid={`playback-speed-${speed}`}
          >
            {t('habits.speedShort', { speed })}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function SpeedButton({ speed, ...target }: TargetProps & { readonly speed: number }) {
  const { t } = useTranslation();
  return (
    <Hint label={t('habits.speed')} keys={keyOf('play_faster')} position="top">
      <Button
        {...target}
        size="compact-xs"
        variant="subtle"
        color="gray"
        aria-label={`${t('habits.speed')}: ${t('habits.speedShort', { speed })}`}
        data-testid="playback-speed"
      >
        {t('habits.speedShort', { speed })}
      </Button>
    </Hint>
  );
}
