/** Images: enlarge one, draw in it, choose what lies over it. */
import { bestCameraAt } from '../../geometry/camera_at';
import { camerasOfFrame } from '../../geometry/camera_order';
import type { ImageTool } from '../../store/session';
import type { Editor } from '../editor';
import { type Action, action } from './action';

export const CAMERA: readonly Action[] = [
  image('enlarge_camera', ['Alt+I'], toggleEnlarged),
  image('next_camera', ['Alt+ArrowDown'], (editor) => step(editor, 1)),
  image('previous_camera', ['Alt+ArrowUp'], (editor) => step(editor, -1)),
  image('tight_box', ['I'], (editor) => takeTool(editor, 'tight')),
  image('ignore_region', ['Shift+I'], (editor) => takeTool(editor, 'ignore')),
  action('image', 'next_part', ['Alt+Shift+I'], (editor) => editor.imageBoxes.nextPart(), {
    isEnabled: (editor) => editor.imageBoxes.selected !== null,
    whyNotKey: 'images.whyNotSelected',
  }),
  action('image', 'delete_image_box', ['Ctrl+Delete'], (editor) => editor.imageBoxes.removeSelected(), {
    isEnabled: (editor) => editor.imageBoxes.selected !== null,
    whyNotKey: 'images.whyNotSelected',
  }),
  image('points_over_image', ['Alt+O'], (editor) =>
    editor.session.setState(({ imageLayers }) => ({
      imageLayers: { ...imageLayers, points: !imageLayers.points },
    })),
  ),
];

function image(id: string, keys: readonly string[], run: (editor: Editor) => void): Action {
  return action('image', id, keys, run, {
    isEnabled: (editor) => editor.scene.cameras.length > 0,
    whyNotKey: 'images.whyNotCamera',
  });
}

/** The camera to begin with: the one that shows the selected object best, else the first of the frame. */
function bestOf({ scene, frameIndex, selected }: Editor): string | null {
  const cameras = camerasOfFrame(scene, frameIndex);
  const best = selected && bestCameraAt(scene, frameIndex, cameras, selected.cuboid);
  return (best ?? cameras[0] ?? scene.cameras[0])?.name ?? null;
}

function toggleEnlarged(editor: Editor): void {
  const { activeCamera } = editor.session.getState();
  editor.session.setState({ activeCamera: activeCamera === null ? bestOf(editor) : null });
}

function step(editor: Editor, by: 1 | -1): void {
  const { cameras } = editor.scene;
  const { activeCamera } = editor.session.getState();
  const at = cameras.findIndex(({ name }) => name === activeCamera);
  const next = cameras[(at + by + cameras.length) % cameras.length];
  editor.session.setState({ activeCamera: activeCamera === null ? bestOf(editor) : (next?.name ?? null) });
}

/** Take a tool in hand, or put it down; an image is enlarged for it where none is. */
function takeTool(editor: Editor, wanted: ImageTool): void {
  const { imageTool, activeCamera } = editor.session.getState();
  if (activeCamera !== null && imageTool === wanted) {
    editor.session.setState({ imageTool: 'select' });
    return;
  }
  if (wanted === 'tight' && editor.selectedTrackId === null) {
    editor.notify('images.selectFirst');
  }
  editor.setTool('select');
  editor.session.setState({ imageTool: wanted, activeCamera: activeCamera ?? bestOf(editor) });
}
