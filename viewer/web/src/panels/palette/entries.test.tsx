import { afterEach, beforeEach, expect, it } from 'vitest';

import { Editor } from '../../editor/editor';
import type { TrackId } from '../../model/ids';
import { createI18n } from '../../i18n/i18n';
import { MemoryJournal } from '../../store/journal';
import { FakeServer, keyOf, sceneOf, trackOf } from '../../store/testing';
import { entriesOf } from './entries';

let editor: Editor;

beforeEach(async () => {
  const server = new FakeServer();
  server.changeByOther({ added: { tracks: [trackOf('a')], cuboids: [keyOf('a', 0)] } });
  const transport = server;
  editor = new Editor({ scene: sceneOf(), transport, journal: new MemoryJournal(), delayMs: () => 1 });
  await editor.start();
  editor.select('a' as TrackId);
});
afterEach(() => editor.dispose());

function whyNot(id: string): string | null | undefined {
  const { t } = createI18n('en');
  const nothing = () => undefined;
  const sources = { editor, t, english: t, setTheme: nothing, setLanguage: nothing };
  return entriesOf(sources).find((entry) => entry.id === id)?.whyNot;
}

it('says why what the open grid covers cannot be run', () => {
  expect(['fit_all', 'next_frame', 'confirm'].map(whyNot)).toEqual([null, null, null]);
  expect(whyNot('grid_fit')).not.toBeNull();
  editor.grid.open();
  const behind = 'Not while the batch grid is open';
  expect(['fit_all', 'next_frame', 'confirm'].map(whyNot)).toEqual([behind, behind, behind]);
  expect(['grid_fit', 'undo', 'delete_track'].map(whyNot)).toEqual([null, expect.anything(), null]);
});
