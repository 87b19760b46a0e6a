/** Everything that the palette offers, with its names in the language of the page and in English. */
import type { TFunction } from 'i18next';

import { type Action, ACTIONS } from '../../editor/actions';
import { whyNotOf } from '../../editor/actions/covered';
import type { Editor } from '../../editor/editor';
import { keySettings } from '../../editor/keymap_store';
import { PRESET_IDS, PRESETS } from '../../editor/keymaps';
import { tKey } from '../../i18n/dynamic';
import { type Language, LANGUAGES } from '../../i18n/i18n';
import { categoryTitle, trackName } from '../../model/names';
import type { Track } from '../../model/records';
import { GROUP_TEXTS } from '../help/group_texts';

export interface Entry {
  readonly id: string;
  readonly title: string;
  /** By what it is found. */
  readonly names: readonly string[];
  readonly group: string;
  /** All its keys; the first is shown. */
  readonly keys: readonly string[];
  readonly color: string | null;
  /** Why it cannot be run now; null where it can. */
  readonly whyNot: string | null;
  /** Something that helps to tell it from others. */
  readonly note: string | null;
  readonly run: () => void;
}

export interface EntrySources {
  readonly editor: Editor;
  readonly t: TFunction;
  readonly english: TFunction;
  readonly setTheme: (scheme: 'dark' | 'light') => void;
  readonly setLanguage: (language: Language) => void;
}

const PLAIN = { keys: [], color: null, whyNot: null, note: null } as const;

/** Typing `palette` into the palette leads nowhere. */
const LEFT_OUT: readonly string[] = ['palette', 'cancel'];

export function entriesOf(sources: EntrySources): readonly Entry[] {
  return [
    ...ACTIONS.filter(({ id }) => !id.startsWith('category_') && !LEFT_OUT.includes(id)).map((action) =>
      actionEntry(action, sources),
    ),
    ...categoryEntries(sources),
    ...sources.editor.store.all('tracks').map((track) => trackEntry(track, sources)),
    ...settingEntries(sources),
  ];
}

/** The entry that a typed frame number stands for. */
export function frameEntry(frameIndex: number, { editor, t }: EntrySources): Entry {
  const title = t('palette.frame', { frame: frameIndex });
  const group = t('palette.frameGroup');
  return { ...PLAIN, id: 'frame', title, names: [title], group, run: () => editor.goToFrame(frameIndex) };
}

function actionEntry(action: Action, { editor, t, english }: EntrySources): Entry {
  const whyNot = whyNotOf(action, editor);
  const title = tKey(t, action.titleKey);
  const group = t(GROUP_TEXTS[action.group]);
  return {
    ...PLAIN,
    id: action.id,
    title,
    names: [title, tKey(english, action.titleKey), `${group} ${title}`],
    group,
    keys: keySettings.keysOf(action.id),
    whyNot: whyNot === null ? null : tKey(t, whyNot),
    run: () => action.run(editor, { hold: false }),
  };
}

function categoryEntries({ editor, t, english }: EntrySources): readonly Entry[] {
  return editor.scene.taxonomy.categories.flatMap(({ name, color, hot_key }, index) => {
    const isNamed = editor.scene.taxonomy.categories.some((category) => category.hot_key !== null);
    const digit = isNamed ? hot_key : index < 9 ? String(index + 1) : null;
    const called = (tr: TFunction, key: 'palette.category' | 'palette.showOnly') =>
      tr(key, { name: categoryTitle(name) });
    const both = (key: 'palette.category' | 'palette.showOnly') => [called(t, key), called(english, key)];
    return [
      {
        ...PLAIN,
        id: `pick:${name}`,
        title: called(t, 'palette.category'),
        names: [categoryTitle(name), ...both('palette.category')],
        group: t('palette.categoryGroup'),
        keys: digit !== null && /^[1-9]$/.test(digit) ? keySettings.keysOf(`category_${digit}`) : [],
        color,
        run: () => editor.pickCategory(name),
      },
      {
        ...PLAIN,
        id: `only:${name}`,
        title: called(t, 'palette.showOnly'),
        names: both('palette.showOnly'),
        group: t('palette.filterGroup'),
        color,
        run: () => editor.session.setState({ objectFilter: `cat:${name.replaceAll(' ', '_')}` }),
      },
    ];
  });
}

/** Where the frame on screen does not have it, selecting it goes to where it first is. */
function trackEntry(track: Track, { editor, t, english }: EntrySources): Entry {
  const name = trackName(track);
  const isHere = editor.store.resolveTrack(track.id, editor.frameIndex) !== undefined;
  const first = editor.store.keysOfTrack(track.id)[0]?.frame_index ?? track.first_frame;
  return {
    ...PLAIN,
    id: `track:${track.id}`,
    title: t('palette.track', { name }),
    names: [`#${track.external_id ?? track.id.slice(0, 4)}`, name, english('palette.track', { name })],
    group: t('palette.trackGroup'),
    color: editor.category(track.category).color,
    note: isHere ? null : t('palette.trackElsewhere', { frame: first }),
    run: () => {
      if (!isHere) {
        editor.goToFrame(first);
      }
      editor.select(track.id);
    },
  };
}

function settingEntries({ t, english, setTheme, setLanguage }: EntrySources): readonly Entry[] {
  const setting = (id: string, names: readonly [string, string], run: () => void): Entry => ({
    ...PLAIN,
    id,
    title: names[0],
    names,
    group: t('palette.settingGroup'),
    run,
  });
  return [
    setting('theme:dark', [t('palette.dark'), english('palette.dark')], () => setTheme('dark')),
    setting('theme:light', [t('palette.light'), english('palette.light')], () => setTheme('light')),
    ...LANGUAGES.map(({ code, name }) =>
      setting(
        `language:${code}`,
        [t('palette.language', { name }), english('palette.language', { name })],
        () => setLanguage(code),
      ),
    ),
    ...PRESET_IDS.map((id) => {
      const { title: name } = PRESETS[id];
      const names = [t('palette.preset', { name }), english('palette.preset', { name })] as const;
      return setting(`preset:${id}`, names, () => keySettings.choosePreset(id));
    }),
  ];
}
