import { cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { Editor } from '../../editor/editor';
import { MemoryJournal } from '../../store/journal';
import { FakeServer, keyOf, sceneOf, trackOf } from '../../store/testing';
import { renderInApp } from '../../ui/testing';
import { EditorToolsProvider } from '../editor_context';
import { ObjectList } from './object_list';

async function open() {
  const server = new FakeServer();
  server.changeByOther({
    added: {
      tracks: ['a', 'b', 'c'].map((id) => trackOf(id)),
      cuboids: [
        keyOf('a', 0, 10, { source: 'imported:kitti', confirmed_by: 'import' }),
        keyOf('b', 0, 14, { source: 'propagated', confirmed_by: 'human:local' }),
        keyOf('c', 0, 18),
      ],
    },
  });
  const editor = new Editor({ scene: sceneOf(), transport: server, journal: new MemoryJournal() });
  await editor.start();
  renderInApp(
    <EditorToolsProvider value={{ editor } as never}>
      <ObjectList />
    </EditorToolsProvider>,
  );
  return editor;
}

beforeEach(() => {
  // jsdom lays nothing out, and a list without height shows no rows.
  vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(480);
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(480);
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const rows = () => screen.getAllByTestId('object-row');
const rowAt = (index: number) => rows()[index] ?? document.body;
const selected = () => rows().map((row) => row.getAttribute('aria-selected') === 'true');

it('adds with Shift and a click, takes out with another, and shows all that is selected', async () => {
  const editor = await open();
  fireEvent.click(rowAt(0));
  fireEvent.click(rowAt(2), { shiftKey: true });
  expect(selected()).toEqual([true, false, true]);
  expect(editor.group.trackIds).toEqual(['c', 'a']);
  expect(rowAt(0).dataset['alsoSelected']).toBe('true');
  fireEvent.click(rowAt(2), { shiftKey: true });
  expect(selected()).toEqual([true, false, false]);
  editor.dispose();
});

it('extends with Shift and the arrows, and goes back', async () => {
  const editor = await open();
  fireEvent.click(rowAt(0));
  const list = screen.getByRole('listbox');
  fireEvent.keyDown(list, { key: 'ArrowDown', shiftKey: true });
  fireEvent.keyDown(list, { key: 'ArrowDown', shiftKey: true });
  expect(selected()).toEqual([true, true, true]);
  fireEvent.keyDown(list, { key: 'ArrowUp', shiftKey: true });
  expect(selected()).toEqual([true, true, false]);
  fireEvent.keyDown(list, { key: 'ArrowUp' });
  expect(selected()).toEqual([true, false, false]);
  editor.dispose();
});

it('marks what no person made, confirmed or not, each source by its own picture', async () => {
  const editor = await open();
  const marks = screen.getAllByTestId('source-mark');
  expect(marks.map((mark) => mark.dataset['source'])).toEqual(['imported:kitti', 'propagated']);
  expect(new Set(marks.map((mark) => mark.querySelector('svg')?.getAttribute('class'))).size).toBe(2);
  editor.dispose();
});
