/** While a 2D box is selected in the enlarged image, the arrows and Delete are about it and not about frames. */
import { useEffect } from 'react';

import type { Editor } from '../../editor/editor';
import { canChange } from '../../editor/image_boxes';
import { ownsKeys } from '../../editor/keymap';
import type { CameraInfo } from '../../model/scene';
import type { Vec2 } from '../../model/tuples';

const ARROWS: ReadonlyMap<string, Vec2> = new Map([
  ['ArrowLeft', [-1, 0]],
  ['ArrowRight', [1, 0]],
  ['ArrowUp', [0, -1]],
  ['ArrowDown', [0, 1]],
]);
/** Pixels of the image at a time; with Shift the far ones. */
const STEP_PX = 1;
const FAR_PX = 10;

export function useImageKeys(editor: Editor, camera: CameraInfo): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const box = editor.imageBoxes.selected;
      const isFree = !(event.ctrlKey || event.altKey || event.metaKey || ownsKeys(event.target));
      const isOpen = document.querySelector('[role=dialog][aria-modal=true]') !== null;
      if (isFree && !isOpen && box?.camera === camera.name && canChange(box) && act(editor, event)) {
        event.preventDefault();
        event.stopImmediatePropagation();
      }
    };
    window.addEventListener('keydown', press, { capture: true });
    return () => window.removeEventListener('keydown', press, { capture: true });
  }, [editor, camera]);
}

function act(editor: Editor, event: KeyboardEvent): boolean {
  const arrow = ARROWS.get(event.key);
  if (arrow !== undefined) {
    const step = event.shiftKey ? FAR_PX : STEP_PX;
    // Until the key is up, which the keyboard tells.
    editor.imageBoxes.nudge([arrow[0] * step, arrow[1] * step], { hold: true });
    return true;
  }
  return (
    (event.key === 'Delete' || event.key === 'Backspace') &&
    !event.shiftKey &&
    editor.imageBoxes.removeSelected()
  );
}
