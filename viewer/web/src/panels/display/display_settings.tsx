/** How points and views look. */
import { Button, Group, Input, Popover, SegmentedControl, Slider, Stack, Switch } from '@mantine/core';
import { IconAdjustmentsHorizontal } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { ViewCommand } from '../../editor/editor';
import { COLOR_MODES, SWEEP_COUNTS } from '../../store/session';
import { Hint } from '../../ui/hint';
import { IconButton } from '../../ui/icon_button';
import { useEscape } from '../../ui/use_escape';
import { useEditor, useSession } from '../editor_context';
import { keyOf } from '../key_hints';
import { Clips, IntensityRange, MergedSwitch, PointBudget } from './cloud_settings';
import './display.css';

const VIEWS = [
  { command: 'view-top', text: 'display.fromTop', action: 'view_top' },
  { command: 'view-behind', text: 'display.fromBehind', action: 'view_behind' },
  { command: 'view-side', text: 'display.fromSide', action: null },
  { command: 'view-free', text: 'display.fromFree', action: null },
] as const satisfies readonly { command: ViewCommand; text: string; action: string | null }[];

const COLOR_TEXTS = {
  height: 'display.height',
  intensity: 'display.intensity',
  ring: 'clouds.ring',
  age: 'clouds.age',
  category: 'display.category',
  image: 'display.image',
} as const;

export function DisplaySettings() {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  useEscape(isOpen, () => setIsOpen(false));
  return (
    <Popover opened={isOpen} onChange={setIsOpen} width={400} position="bottom-end" trapFocus>
      <Popover.Target>
        <IconButton
          label={t('display.title')}
          icon={<IconAdjustmentsHorizontal size={18} />}
          onClick={() => setIsOpen(!isOpen)}
          isActive={isOpen}
          isHintHidden={isOpen}
          testId="open-display"
        />
      </Popover.Target>
      <Popover.Dropdown data-testid="display-settings" className="tb-display-settings">
        <DisplayForm />
      </Popover.Dropdown>
    </Popover>
  );
}

function DisplayForm() {
  const { t } = useTranslation();
  const editor = useEditor();
  const { session } = editor;
  const colorMode = useSession((state) => state.colorMode);
  const pointSize = useSession((state) => state.pointSize);
  const sweeps = useSession((state) => state.sweeps);
  const merged = useSession((state) => state.merged);
  const eyeDome = useSession((state) => state.eyeDome);
  const showGrid = useSession((state) => state.showGrid);
  const showFrustums = useSession((state) => state.showFrustums);
  const showGround = useSession((state) => state.showGround);
  const othersHidden = useSession((state) => state.othersHidden);
  return (
    <Stack gap="md">
      <Input.Wrapper label={t('display.color')} size="xs">
        <SegmentedControl
          fullWidth
          mt={4}
          value={colorMode}
          data={COLOR_MODES.map((mode) => ({ value: mode, label: t(COLOR_TEXTS[mode]) }))}
          onChange={(value) =>
            session.setState({ colorMode: COLOR_MODES.find((mode) => mode === value) ?? 'height' })
          }
          data-testid="color-mode"
        />
      </Input.Wrapper>
      {colorMode === 'intensity' ? <IntensityRange /> : null}
      <Input.Wrapper label={t('display.pointSize')} size="xs">
        <Slider
          mt={4}
          size={4}
          min={1}
          max={8}
          step={0.5}
          value={pointSize}
          label={(value) => `${value} px`}
          thumbLabel={t('display.pointSize')}
          onChange={(value) => session.setState({ pointSize: value })}
          data-testid="point-size"
        />
      </Input.Wrapper>
      <PointBudget />
      <Clips />
      <MergedSwitch />
      <Input.Wrapper label={t('display.sweeps')} description={t('display.sweepsHint')} size="xs">
        <SegmentedControl
          fullWidth
          mt={4}
          value={String(sweeps)}
          data={SWEEP_COUNTS.map(String)}
          disabled={merged === 'scene'}
          onChange={(value) =>
            session.setState({ sweeps: SWEEP_COUNTS.find((count) => String(count) === value) ?? 0 })
          }
          data-testid="sweeps"
        />
      </Input.Wrapper>
      <Stack gap="sm">
        <Switch
          label={t('display.grid')}
          checked={showGrid}
          onChange={(event) => session.setState({ showGrid: event.currentTarget.checked })}
          data-testid="show-grid"
        />
        <Switch
          label={t('display.frustums')}
          checked={showFrustums}
          onChange={(event) => session.setState({ showFrustums: event.currentTarget.checked })}
          data-testid="show-frustums"
        />
        <Hint label={t('display.ground')} keys={keyOf('hide_ground')} position="left">
          <Switch
            label={t('display.ground')}
            checked={showGround}
            onChange={(event) => session.setState({ showGround: event.currentTarget.checked })}
            data-testid="show-ground"
          />
        </Hint>
        <Switch
          label={t('clouds.eyeDome')}
          checked={eyeDome}
          onChange={(event) => session.setState({ eyeDome: event.currentTarget.checked })}
          data-testid="eye-dome"
        />
        <Hint label={t('display.hideOthers')} keys={keyOf('hide_others')} position="left">
          <Switch
            label={t('display.hideOthers')}
            checked={othersHidden}
            onChange={(event) => session.setState({ othersHidden: event.currentTarget.checked })}
            data-testid="hide-others"
          />
        </Hint>
      </Stack>
      <Input.Wrapper label={t('display.view')} size="xs">
        <Group gap={4} mt={4} grow>
          {VIEWS.map(({ command, text, action }) => (
            <Hint key={command} label={t(text)} keys={action === null ? undefined : keyOf(action)}>
              <Button
                size="compact-xs"
                variant="default"
                onClick={() => editor.viewCommand(command)}
                data-testid={command}
              >
                {t(text)}
              </Button>
            </Hint>
          ))}
        </Group>
      </Input.Wrapper>
    </Stack>
  );
}
