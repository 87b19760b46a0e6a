import { act, cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { Editor } from '../../editor/editor';
import type { TrackId } from '../../model/ids';
import type { CameraInfo } from '../../model/scene';
import { MemoryJournal } from '../../store/journal';
import { FakeServer, keyOf, sceneOf, trackOf } from '../../store/testing';
import { renderInApp } from '../../ui/testing';
import { EditorToolsProvider } from '../editor_context';
import { EnlargedCamera } from './enlarged_camera';
import { ShownImages } from './shown_images';

const CAMERA: CameraInfo = {
  name: 'ahead',
  model: 'pinhole',
  width_px: 1242,
  height_px: 375,
  fx_px: 720,
  fy_px: 720,
  cx_px: 620,
  cy_px: 187,
  distortion: [],
  max_angle_rad: Math.PI / 2,
  cam_from_ego: { quat_wxyz: [0.5, 0.5, -0.5, 0.5], translation_m: [0, 1.2, 0] },
  images_are: 'rectified',
};

let editor: Editor;

beforeEach(async () => {
  // There is nothing to draw on in jsdom.
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null);
  const server = new FakeServer();
  server.changeByOther({ added: { tracks: [trackOf('a')], cuboids: [keyOf('a', 0, 15)] } });
  const scene = { ...sceneOf(), cameras: [CAMERA] };
  editor = new Editor({ scene, transport: server, journal: new MemoryJournal(), delayMs: () => 1 });
  await editor.start();
  editor.select('a' as TrackId);
  editor.session.setState({ activeCamera: 'ahead' });
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
      <EnlargedCamera />
    </EditorToolsProvider>,
  );
});

afterEach(() => {
  cleanup();
  editor.dispose();
  vi.restoreAllMocks();
});

it('takes tools by button and leaves them by Escape, then closes', () => {
  fireEvent.click(screen.getByTestId('image-tool-ignore'));
  expect(editor.session.getState().imageTool).toBe('ignore');
  expect(screen.getByTestId('image-hint')).toHaveProperty(
    'textContent',
    expect.stringContaining('Esc leaves'),
  );
  fireEvent.keyDown(window, { key: 'Escape' });
  expect(editor.session.getState()).toMatchObject({ imageTool: 'select', activeCamera: 'ahead' });
  fireEvent.keyDown(window, { key: 'Escape' });
  expect(editor.session.getState().activeCamera).toBeNull();
});

it('switches what lies over the image', () => {
  expect(screen.getByTestId('image-layer-trunc').getAttribute('aria-pressed')).toBe('false');
  fireEvent.click(screen.getByTestId('image-layer-trunc'));
  expect(editor.session.getState().imageLayers.trunc).toBe(true);
  expect(screen.queryByTestId('image-point-colors')).toBeNull();
  fireEvent.click(screen.getByTestId('image-layer-points'));
  expect(screen.getByTestId('image-point-colors')).toBeTruthy();
  // The editor of this test has no cloud.
  expect(screen.getByText('This frame has no points to show')).toBeTruthy();
});

it('shows the selected 2D box in numbers; arrows and Delete are about it', () => {
  const draft = { camera: 'ahead', frameIndex: 0, id: null, ltrb_px: [100, 90, 200, 180] } as const;
  act(() => {
    const id = editor.imageBoxes.keep({ ...draft, kind: 'tight', trackId: 'a' as TrackId });
    editor.imageBoxes.select(id);
  });
  expect(screen.getByTestId('image-box-left')).toHaveProperty('value', '100.0');
  fireEvent.keyDown(window, { key: 'ArrowRight' });
  expect(editor.imageBoxes.selected?.ltrb_px).toEqual([101, 90, 201, 180]);
  expect(editor.frameIndex).toBe(0);
  fireEvent.keyDown(window, { key: 'Delete' });
  expect(editor.store.all('image_boxes')).toEqual([]);
  expect(screen.queryByTestId('image-box-fields')).toBeNull();
  expect(editor.selected).not.toBeNull();
});
