/** The command palette: everything there is, found by typing. */
import { Modal, TextInput, useMantineColorScheme } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { changeLanguage } from '../../i18n/i18n';
import { KeyCaps } from '../../ui/keys';
import { useEditor, useSession } from '../editor_context';
import { entriesOf, type Entry, type EntrySources, frameEntry } from './entries';
import './palette.css';
import { frameAsked, search } from './search';

/** More are not looked through; typing is faster. */
const MOST = 60;
const MOST_RECENT = 12;

export function Palette() {
  const { t } = useTranslation();
  const { session } = useEditor();
  const text = useSession((state) => state.palette);
  const close = () => session.setState({ palette: null });
  return (
    <Modal
      opened={text !== null}
      onClose={close}
      withCloseButton={false}
      title={null}
      attributes={{ content: { 'aria-label': t('palette.title') } }}
      size={620}
      yOffset="12vh"
      centered={false}
      padding={0}
      transitionProps={{ duration: 0 }}
      data-testid="palette"
    >
      {text === null ? null : <Search text={text} onClose={close} />}
    </Modal>
  );
}

interface SearchProps {
  readonly text: string;
  readonly onClose: () => void;
}

function Search({ text, onClose }: SearchProps) {
  const { t } = useTranslation();
  const { session } = useEditor();
  const [chosen, setChosen] = useState(0);
  const found = useFound(text);
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const current = Math.min(chosen, Math.max(0, found.length - 1));
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [current, text]);

  const run = (entry: Entry | undefined) => {
    if (entry?.whyNot === null) {
      onClose();
      session.setState(({ recentActions }) => ({ recentActions: withRecent(recentActions, entry.id) }));
      entry.run();
    }
  };
  const press = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (event.nativeEvent.isComposing) {
      return;
    }
    if (step !== undefined) {
      event.preventDefault();
      setChosen(Math.max(0, Math.min(found.length - 1, current + step)));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      run(found[current]);
    }
  };
  return (
    <>
      <TextInput
        className="tb-palette-input"
        variant="unstyled"
        size="md"
        data-autofocus
        role="combobox"
        aria-expanded
        aria-controls={id}
        aria-activedescendant={found[current] === undefined ? undefined : `${id}-${current}`}
        aria-label={t('palette.placeholder')}
        placeholder={t('palette.placeholder')}
        leftSection={<IconChevronRight size={16} />}
        value={text}
        onChange={(event) => {
          setChosen(0);
          session.setState({ palette: event.currentTarget.value });
        }}
        onKeyDown={press}
        data-testid="palette-input"
      />
      <div
        ref={list}
        className="tb-palette-list"
        id={id}
        role="listbox"
        aria-label={t('palette.title')}
        data-testid="palette-list"
      >
        {found.map((entry, index) => (
          <Row
            key={entry.id}
            id={`${id}-${index}`}
            entry={entry}
            isChosen={index === current}
            onPick={() => run(entry)}
            onPoint={() => setChosen(index)}
          />
        ))}
      </div>
      <p className="tb-palette-foot" role="status">
        {found.length === 0 ? t('palette.empty', { text }) : t('palette.hint')}
      </p>
    </>
  );
}

const STEPS: Readonly<Record<string, number | undefined>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: 8,
  PageUp: -8,
};

interface RowProps {
  readonly id: string;
  readonly entry: Entry;
  readonly isChosen: boolean;
  readonly onPick: () => void;
  readonly onPoint: () => void;
}

function Row({ id, entry, isChosen, onPick, onPoint }: RowProps) {
  const { title, group, keys, color, whyNot, note } = entry;
  return (
    <div
      id={id}
      className="tb-palette-row"
      role="option"
      aria-selected={isChosen}
      aria-disabled={whyNot !== null}
      data-testid="palette-row"
      data-id={entry.id}
      onClick={onPick}
      onMouseMove={onPoint}
    >
      {color === null ? null : <span className="tb-swatch" style={{ background: color }} />}
      <span className="tb-palette-title tb-ellipsis">{title}</span>
      {whyNot === null && note === null ? null : <span className="tb-palette-note">{whyNot ?? note}</span>}
      <span className="tb-palette-group">{group}</span>
      {keys[0] === undefined ? null : <KeyCaps combination={keys[0]} />}
    </div>
  );
}

/** What is offered is made once while it is open: nothing else can change under a dialog but what others do. */
function useFound(text: string): readonly Entry[] {
  const { t, i18n } = useTranslation();
  const editor = useEditor();
  const recent = useSession((state) => state.recentActions);
  const { setColorScheme } = useMantineColorScheme();
  const sources: EntrySources = useMemo(
    () => ({
      editor,
      t,
      english: i18n.getFixedT('en'),
      setTheme: setColorScheme,
      setLanguage: (language) => void changeLanguage(i18n, language),
    }),
    [editor, t, i18n, setColorScheme],
  );
  const entries = useMemo(() => entriesOf(sources), [sources]);
  const frame = frameAsked(text, editor.scene.frames.length);
  const frames = frame === null ? [] : [frameEntry(frame, sources)];
  return [...frames, ...search(text, entries, recent)].slice(0, MOST);
}

const withRecent = (recent: readonly string[], id: string): readonly string[] =>
  [id, ...recent.filter((each) => each !== id)].slice(0, MOST_RECENT);
