/** The table in which a person changes keys: presets, press to record, what a key would be taken from, files. */
import { Alert, Button, Group, Modal, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { IconDownload, IconRestore, IconSearch, IconUpload } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';

import { type Action, ACTIONS } from '../../editor/actions';
import { keySettings } from '../../editor/keymap_store';
import { PRESET_IDS, PRESETS } from '../../editor/keymaps';
import { tKey } from '../../i18n/dynamic';
import { useEditor, useSession } from '../editor_context';
import { GROUP_TEXTS } from '../help/group_texts';
import { actionsByGroup, matchesText } from '../help/key_table';
import { KeyRow } from './key_row';
import './keys.css';

export function KeysDialog() {
  const { t } = useTranslation();
  const { session } = useEditor();
  const isOpen = useSession((state) => state.keysOpen);
  const [isRecording, setIsRecording] = useState(false);
  return (
    <Modal
      opened={isOpen}
      onClose={() => session.setState({ keysOpen: false })}
      title={t('keys.title')}
      size={760}
      yOffset={32}
      // While a key is being recorded, Escape is for that.
      closeOnEscape={!isRecording}
      data-testid="keys-dialog"
    >
      <Stack gap="sm">
        <PresetChoice />
        <Files />
        <KeyList onRecording={setIsRecording} />
      </Stack>
    </Modal>
  );
}

function PresetChoice() {
  const { t } = useTranslation();
  const { preset } = useStore(keySettings.store);
  return (
    <Group gap="sm" wrap="nowrap">
      <Text size="sm" id="keys-preset">
        {t('keys.preset')}
      </Text>
      <SegmentedControl
        fullWidth
        flex={1}
        value={preset}
        aria-labelledby="keys-preset"
        data={PRESET_IDS.map((id) => ({ value: id, label: PRESETS[id].title }))}
        onChange={(value) => keySettings.choosePreset(PRESET_IDS.find((id) => id === value) ?? 'truebox')}
        data-testid="keys-preset"
      />
    </Group>
  );
}

function Files() {
  const { t } = useTranslation();
  const { remapped } = useStore(keySettings.store);
  const picker = useRef<HTMLInputElement>(null);
  const [said, setSaid] = useState<{ readonly text: string; readonly isBad: boolean } | null>(null);
  const take = async (file: File) => {
    const problem = keySettings.importText(await file.text());
    setSaid(
      problem === null
        ? { text: t('keys.imported', { file: file.name }), isBad: false }
        : { text: tKey(t, problem.key, problem.values), isBad: true },
    );
  };
  return (
    <>
      <Group gap="xs">
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconRestore size={14} />}
          disabled={Object.keys(remapped).length === 0}
          onClick={() => keySettings.resetAll()}
          data-testid="keys-reset-all"
        >
          {t('keys.resetAll')}
        </Button>
        <Button
          size="compact-sm"
          variant="default"
          ml="auto"
          leftSection={<IconDownload size={14} />}
          onClick={() => download(keySettings.exportText())}
          data-testid="keys-export"
        >
          {t('keys.export')}
        </Button>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconUpload size={14} />}
          onClick={() => picker.current?.click()}
        >
          {t('keys.import')}
        </Button>
        <input
          ref={picker}
          type="file"
          accept="application/json,.json"
          hidden
          aria-label={t('keys.import')}
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            event.currentTarget.value = '';
            if (file !== undefined) {
              void take(file);
            }
          }}
          data-testid="keys-import"
        />
      </Group>
      {said === null ? null : (
        <Alert
          color={said.isBad ? 'red' : 'lagoon'}
          title={said.isBad ? t('keys.importFailed') : undefined}
          withCloseButton
          closeButtonLabel={t('common.close')}
          onClose={() => setSaid(null)}
          data-testid="keys-said"
        >
          {said.text}
        </Alert>
      )}
    </>
  );
}

function KeyList({ onRecording }: { readonly onRecording: (isRecording: boolean) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [recording, setRecording] = useState<string | null>(null);
  const { keysById, remapped } = useStore(keySettings.store);
  const record = (actionId: string | null) => {
    setRecording(actionId);
    onRecording(actionId !== null);
  };
  const isWanted = (action: Action) =>
    matchesText(text, [tKey(t, action.titleKey), ...(keysById.get(action.id) ?? [])]);
  // Categories are called by their numbers here: the names differ from project to project.
  const groups = actionsByGroup(ACTIONS, true)
    .map(([group, actions]) => [group, actions.filter(isWanted)] as const)
    .filter(([, actions]) => actions.length > 0);
  return (
    <>
      <TextInput
        size="xs"
        data-autofocus
        leftSection={<IconSearch size={13} />}
        placeholder={t('keys.search')}
        aria-label={t('keys.search')}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        data-testid="keys-search"
      />
      {groups.length === 0 ? <Text c="dimmed">{t('keys.none', { text })}</Text> : null}
      <div className="tb-key-groups">
        {groups.map(([group, actions]) => (
          <section key={group}>
            <h3>{t(GROUP_TEXTS[group])}</h3>
            {actions.map((action) => (
              <KeyRow
                key={action.id}
                action={action}
                keys={keysById.get(action.id) ?? []}
                isChanged={remapped[action.id] !== undefined}
                isRecording={recording === action.id}
                onRecord={(isOn) => record(isOn ? action.id : null)}
              />
            ))}
          </section>
        ))}
      </div>
    </>
  );
}

function download(text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = Object.assign(document.createElement('a'), { href: url, download: 'truebox-keys.json' });
  link.click();
  URL.revokeObjectURL(url);
}
