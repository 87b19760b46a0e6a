import { act, cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { Editor } from '../editor/editor';
import { uprightBox } from '../geometry/box';
import { EditorToolsProvider } from '../panels/editor_context';
import { ShownImages } from '../panels/cameras/shown_images';
import { MemoryJournal } from '../store/journal';
import { FakeServer, sceneOf } from '../store/testing';
import { renderInApp } from '../ui/testing';
import { FirstHint } from './first_hint';

let editor: Editor;

const step = () => screen.queryByTestId('first-hint')?.dataset['step'];
function place(): void {
  act(() => {
    editor.addCuboid(uprightBox([12, 2, 0], [4.2, 1.8, 1.6], 0));
  });
}

beforeEach(async () => {
  editor = new Editor({ scene: sceneOf(), transport: new FakeServer(), journal: new MemoryJournal() });
  await editor.start();
  renderInApp(
    <EditorToolsProvider
      value={{
        editor,
        images: new ShownImages(),
        pointsInside: () => null,
        onCloud: () => () => undefined,
        authorOf: () => null,
      }}
    >
      <FirstHint />
    </EditorToolsProvider>,
  );
});

afterEach(() => {
  cleanup();
  editor.dispose();
});

it('tells how to place the first cuboid, then what to do with its other frames', async () => {
  expect(step()).toBe('place');
  place();
  await expect.poll(step).toBe('sequence');
  fireEvent.click(screen.getByTestId('hint-static'));
  await expect.poll(step).toBeUndefined();
});

it('makes room while a tool is in hand, and goes for good when it is hidden', async () => {
  act(() => editor.setTool('create'));
  expect(step()).toBeUndefined();
  act(() => editor.setTool('select'));
  expect(step()).toBe('place');
  fireEvent.click(screen.getByLabelText('Hide this hint'));
  expect(step()).toBeUndefined();
  place();
  await expect.poll(step).toBe('sequence');
});
