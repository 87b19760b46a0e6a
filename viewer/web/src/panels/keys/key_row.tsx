/** One action and its keys: take one away, record another, see whom that takes it from. */
import { ActionIcon, Button, Group, Text } from '@mantine/core';
import { IconPlus, IconRestore, IconX } from '@tabler/icons-react';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Action } from '../../editor/actions';
import { keySettings } from '../../editor/keymap_store';
import { isAssignable, isNamed, strokeName } from '../../editor/strokes';
import { tKey } from '../../i18n/dynamic';
import { Hint } from '../../ui/hint';
import { KeyCaps, keyCaps } from '../../ui/keys';

interface KeyRowProps {
  readonly action: Action;
  readonly keys: readonly string[];
  readonly isChanged: boolean;
  readonly isRecording: boolean;
  readonly onRecord: (isRecording: boolean) => void;
}

export function KeyRow({ action, keys, isChanged, isRecording, onRecord }: KeyRowProps) {
  const { t } = useTranslation();
  const name = tKey(t, action.titleKey);
  const add = useRef<HTMLButtonElement>(null);
  // The keyboard goes on from where it was.
  const end = () => {
    onRecord(false);
    add.current?.focus();
  };
  return (
    <div className="tb-key-row" data-testid={`key-row-${action.id}`} data-changed={isChanged || undefined}>
      <div className="tb-key-line">
        <span className="tb-key-name">{name}</span>
        {keys.length === 0 && !isRecording ? <Text c="dimmed">{t('keys.noKey')}</Text> : null}
        {keys.map((key) => (
          <KeyChip key={key} action={action} name={name} combination={key} />
        ))}
        <Hint label={t('keys.add', { name })} isHidden={isRecording}>
          <ActionIcon
            ref={add}
            size={22}
            aria-label={t('keys.add', { name })}
            onClick={() => onRecord(true)}
            data-testid={`record-${action.id}`}
          >
            <IconPlus size={14} />
          </ActionIcon>
        </Hint>
        <Hint label={t('keys.reset', { name })}>
          <ActionIcon
            size={22}
            aria-label={t('keys.reset', { name })}
            style={{ visibility: isChanged ? 'visible' : 'hidden' }}
            onClick={() => keySettings.reset(action.id)}
            data-testid={`reset-${action.id}`}
          >
            <IconRestore size={14} />
          </ActionIcon>
        </Hint>
      </div>
      {isRecording ? <Recorder action={action} onEnd={end} /> : null}
    </div>
  );
}

interface KeyChipProps {
  readonly action: Action;
  readonly name: string;
  readonly combination: string;
}

/** Escape ends what was begun, whatever else changes. */
function KeyChip({ action, name, combination }: KeyChipProps) {
  const { t } = useTranslation();
  const label = t('keys.remove', { key: keyCaps(combination).join('+'), name });
  return (
    <span className="tb-key-chip">
      <KeyCaps combination={combination} />
      {combination === 'Escape' ? null : (
        <ActionIcon
          size={16}
          aria-label={label}
          title={label}
          onClick={() => keySettings.removeKey(action.id, combination)}
        >
          <IconX size={11} />
        </ActionIcon>
      )}
    </span>
  );
}

interface RecorderProps {
  readonly action: Action;
  readonly onEnd: () => void;
}

/** Waits for a press, and asks before a key is taken from another action. */
function Recorder({ action, onEnd }: RecorderProps) {
  const { t } = useTranslation();
  const [pressed, setPressed] = useState<string | null>(null);
  const losers = pressed === null ? [] : keySettings.takenFrom(action.id, pressed);
  const key = pressed === null ? '' : keyCaps(pressed).join('+');
  const give = (name: string) => {
    keySettings.addKey(action.id, name);
    onEnd();
  };
  useNextStroke(
    (name) => pressed === null || name === 'Escape',
    (name) => {
      if (name === 'Escape') {
        onEnd();
      } else if (isAssignable(name) && keySettings.takenFrom(action.id, name).length === 0) {
        give(name);
      } else {
        setPressed(name);
      }
    },
  );
  if (pressed === null) {
    return (
      <p ref={intoSight} className="tb-key-record" role="status" data-testid="recording">
        {t('keys.press')} <span>{t('keys.pressHint')}</span>
      </p>
    );
  }
  const isReserved = !isAssignable(pressed);
  return (
    <div ref={intoSight} className="tb-key-record" role="alert" data-testid="key-conflict">
      {isReserved
        ? t('keys.reserved', { key })
        : t('keys.takes', { key, name: losers.map(({ titleKey }) => tKey(t, titleKey)).join(', ') })}
      <Group gap="xs">
        {isReserved ? null : (
          <Button
            size="compact-xs"
            onClick={() => give(pressed)}
            data-autofocus
            autoFocus
            data-testid="take-key"
          >
            {t('keys.take')}
          </Button>
        )}
        <Button size="compact-xs" variant="default" onClick={onEnd} autoFocus={isReserved}>
          {t('keys.keep')}
        </Button>
      </Group>
    </div>
  );
}

/** Presses that are wanted go here and nowhere else: neither to the page nor to the dialog. */
function useNextStroke(isWanted: (name: string) => boolean, onStroke: (name: string) => void): void {
  const take = useEffectEvent((event: KeyboardEvent) => {
    const name = strokeName(event);
    if (isWanted(name)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      if (isNamed(event) && !event.repeat) {
        onStroke(name);
      }
    }
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => take(event);
    window.addEventListener('keydown', listener, { capture: true });
    return () => window.removeEventListener('keydown', listener, { capture: true });
  }, []);
}

const intoSight = (element: HTMLElement | null): void => element?.scrollIntoView({ block: 'nearest' });
