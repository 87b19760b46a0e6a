import { cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { Editor } from '../../editor/editor';
import { MemoryJournal } from '../../store/journal';
import { FakeServer, sceneOf } from '../../store/testing';
import { renderInApp } from '../../ui/testing';
import { ShownImages } from '../cameras/shown_images';
import { EditorToolsProvider } from '../editor_context';
import { TimelineCanvas } from './timeline_canvas';
import { EDGE_PX } from './timeline_layout';

let editor: Editor;

function show(onPress?: (frame: number, y: number) => void): HTMLElement {
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
      <TimelineCanvas
        height="46px"
        label="Timeline"
        paint={() => undefined}
        testId="canvas"
        {...(onPress ? { onPress } : {})}
      />
    </EditorToolsProvider>,
  );
  const canvas = screen.getByTestId('canvas');
  canvas.setPointerCapture = () => undefined;
  canvas.getBoundingClientRect = () => new DOMRect(100, 50, 190 + 2 * EDGE_PX, 46);
  return canvas;
}

beforeEach(async () => {
  const observer = { observe: () => undefined, disconnect: () => undefined };
  vi.stubGlobal('ResizeObserver', function ResizeObserver() {
    return observer;
  });
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null);
  editor = new Editor({ scene: sceneOf(), transport: new FakeServer(), journal: new MemoryJournal() });
  await editor.start();
});
afterEach(() => {
  cleanup();
  editor.dispose();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

it('goes to the frame that is pressed, whether or not somebody else wants to know', () => {
  fireEvent.pointerDown(show(), { clientX: 100 + EDGE_PX + 80, clientY: 60 });
  expect(editor.frameIndex).toBe(8);
});

it('tells what was pressed besides', () => {
  const pressed = vi.fn();
  fireEvent.pointerDown(show(pressed), { clientX: 100 + EDGE_PX + 30, clientY: 60 });
  expect(editor.frameIndex).toBe(3);
  expect(pressed).toHaveBeenCalledWith(3, 10);
});
