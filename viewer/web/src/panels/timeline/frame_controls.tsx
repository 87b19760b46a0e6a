/** Play, step, mark the frame as done or empty, and how far the scene is. */
import { Button } from '@mantine/core';
import {
  IconChevronDown,
  IconChevronUp,
  IconCircleCheck,
  IconCircleCheckFilled,
  IconCircleOff,
  IconLayoutGrid,
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
  IconPlayerTrackNextFilled,
  IconPlayerTrackPrevFilled,
  IconQuestionMark,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { FrameStateName } from '../../model/records';
import { formatNumber } from '../../ui/format';
import { Hint } from '../../ui/hint';
import { IconButton } from '../../ui/icon_button';
import { useEditor, useLabelVersion, useSession } from '../editor_context';
import { keyOf } from '../key_hints';
import { FrameField } from './frame_field';
import { PlaybackSpeedChoice } from './playback_speed';

interface FrameControlsProps {
  readonly isExpanded: boolean;
  readonly onToggle: () => void;
}

export function FrameControls({ isExpanded, onToggle }: FrameControlsProps) {
  const { t } = useTranslation();
  const editor = useEditor();
  const frameIndex = useSession((state) => state.frameIndex);
  const isPlaying = useSession((state) => state.isPlaying);
  const isGridOpen = useSession((state) => state.batchGrid !== null);
  useLabelVersion();
  const { frames } = editor.scene;
  const states = editor.store.all('frame_states');
  const state = editor.store.get('frame_states', String(frameIndex))?.state ?? null;
  const seconds = formatNumber((frames[frameIndex]?.time_offset_ns ?? 0) / 1e9);
  return (
    <div className="tb-frame-controls">
      <IconButton
        label={t('timeline.previous')}
        keys={keyOf('previous_frame')}
        icon={<IconPlayerTrackPrevFilled size={14} />}
        onClick={() => editor.frames.previous()}
        disabled={frameIndex === 0}
        position="top"
        size={26}
        testId="previous-frame"
      />
      <IconButton
        label={isPlaying ? t('timeline.pause') : t('timeline.play')}
        keys={keyOf('play')}
        icon={isPlaying ? <IconPlayerPauseFilled size={16} /> : <IconPlayerPlayFilled size={16} />}
        onClick={() => editor.frames.togglePlay()}
        disabled={frames.length < 2}
        isActive={isPlaying}
        position="top"
        size={26}
        testId="play"
      />
      <IconButton
        label={t('timeline.next')}
        keys={keyOf('next_frame')}
        icon={<IconPlayerTrackNextFilled size={14} />}
        onClick={() => editor.frames.next()}
        disabled={frameIndex >= frames.length - 1}
        position="top"
        size={26}
        testId="next-frame"
      />
      <PlaybackSpeedChoice />
      <FrameField />
      <span className="tb-frame-time">{t('timeline.time', { seconds })}</span>
      <span style={{ flex: 1 }} />
      <Unconfirmed />
      <span className="tb-frame-time" data-testid="frame-progress">
        {t('timeline.progress', { done: states.length, count: frames.length })}
      </span>
      <IconButton
        label={t('grid.open')}
        keys={keyOf('open_grid')}
        icon={<IconLayoutGrid size={16} />}
        onClick={() => editor.grid.toggle()}
        isActive={isGridOpen}
        isHintHidden={isGridOpen}
        position="top"
        size={26}
        testId="open-grid"
      />
      <StateToggle state="done" current={state} />
      <StateToggle state="empty" current={state} />
      <IconButton
        label={isExpanded ? t('timeline.collapse') : t('timeline.expand')}
        icon={isExpanded ? <IconChevronDown size={16} /> : <IconChevronUp size={16} />}
        onClick={onToggle}
        position="top"
        size={26}
        testId="toggle-lanes"
      />
    </div>
  );
}

/** How many cuboids wait for a person; a click leads to the next. */
function Unconfirmed() {
  const { t } = useTranslation();
  const editor = useEditor();
  useLabelVersion();
  const count = editor.confirming.open.length;
  return count === 0 ? null : (
    <Hint label={t('sequences.unconfirmedHint')} keys={keyOf('next_work')} position="top">
      <Button
        size="compact-xs"
        variant="light"
        color="yellow"
        leftSection={<IconQuestionMark size={14} />}
        onClick={() => editor.confirming.goToNext(editor.selectedTrackId)}
        data-testid="to-confirm"
      >
        {t('sequences.unconfirmed', { count })}
      </Button>
    </Hint>
  );
}

const STATES = {
  done: { text: 'timeline.done', hint: 'timeline.doneHint', action: 'frame_done' },
  empty: { text: 'timeline.empty', hint: 'timeline.emptyHint', action: 'frame_empty' },
} as const satisfies Record<FrameStateName, unknown>;

interface StateToggleProps {
  readonly state: FrameStateName;
  readonly current: FrameStateName | null;
}

function StateToggle({ state, current }: StateToggleProps) {
  const { t } = useTranslation();
  const editor = useEditor();
  const isOn = current === state;
  const { text, hint, action } = STATES[state];
  return (
    <Hint label={t(hint)} keys={keyOf(action)} position="top">
      <Button
        size="compact-xs"
        variant={isOn ? 'light' : 'default'}
        color={state === 'done' ? 'lagoon' : 'gray'}
        leftSection={stateIcon(state, isOn)}
        aria-pressed={isOn}
        onClick={() => editor.frames.setState(isOn ? null : state)}
        data-testid={`frame-${state}`}
      >
        {t(text)}
      </Button>
    </Hint>
  );
}

function stateIcon(state: FrameStateName, isOn: boolean): ReactNode {
  if (state === 'empty') {
    return <IconCircleOff size={14} />;
  }
  return isOn ? <IconCircleCheckFilled size={14} /> : <IconCircleCheck size={14} />;
}
