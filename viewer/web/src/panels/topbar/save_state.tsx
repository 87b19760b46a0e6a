/** Whether the work is safe: always in sight, by icon and word. */
import { UnstyledButton } from '@mantine/core';
import { IconAlertTriangle, IconCloudCheck, IconCloudOff, IconLoader2 } from '@tabler/icons-react';
import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';

import { OFFLINE_MESSAGE } from '../../api/errors';
import type { SyncState } from '../../model/scene';
import type { Sync } from '../../store/sync';
import { Hint } from '../../ui/hint';
import { useEditor } from '../editor_context';
import { keyOf } from '../key_hints';

const ICONS = {
  saved: <IconCloudCheck size={16} aria-hidden="true" />,
  saving: <IconLoader2 size={16} className="tb-spin" aria-hidden="true" />,
  offline: <IconCloudOff size={16} aria-hidden="true" />,
  conflict: <IconAlertTriangle size={16} aria-hidden="true" />,
} as const satisfies Record<SyncState, unknown>;

const TEXTS = {
  saved: 'save.saved',
  saving: 'save.saving',
  offline: 'save.offline',
  conflict: 'save.conflict',
} as const satisfies Record<SyncState, string>;

export function SaveState({ onShowConflict }: { readonly onShowConflict: () => void }) {
  const { t } = useTranslation();
  const { sync, ...editor } = useSaving();
  const hints = {
    saved: t('save.savedHint'),
    saving: t('save.savingHint', { count: sync.pendingCount }),
    offline: sync.isOnlyHere ? '' : t('save.offlineHint'),
    conflict: t('save.conflictHint'),
  } satisfies Record<SyncState, string>;
  const hint = [
    hints[sync.state],
    sync.isOnlyHere ? t('saving.onlyHereHint') : '',
    sync.unreadableCount > 0 ? t('saving.unreadableHint', { count: sync.unreadableCount }) : '',
    reasonOf(sync),
  ];
  const isAtRisk = sync.isOnlyHere && sync.pendingCount > 0;
  const press = sync.state === 'conflict' ? onShowConflict : editor.saveNow;
  return (
    <Hint
      label={hint.filter((line) => line !== '').join(' · ')}
      keys={sync.state === 'conflict' ? undefined : keyOf('save')}
    >
      <UnstyledButton
        className="tb-save"
        data-state={sync.state}
        data-pending={sync.pendingCount}
        data-only-here={sync.isOnlyHere}
        data-testid="save-state"
        onClick={press}
      >
        {ICONS[sync.state]}
        <span aria-live="polite">
          {t(TEXTS[sync.state])}
          {isAtRisk ? ` · ${t('saving.onlyHere')}` : null}
        </span>
      </UnstyledButton>
    </Hint>
  );
}

/** A server that answers with an error says more than one that is away. */
function reasonOf({ state, lastError }: Sync): string {
  return state !== 'offline' || lastError === OFFLINE_MESSAGE ? '' : (lastError ?? '');
}

function useSaving() {
  const editor = useEditor();
  const { sync } = editor;
  useSyncExternalStore(sync.subscribe, () => sync.version);
  return { sync, saveNow: () => editor.saveNow() };
}
