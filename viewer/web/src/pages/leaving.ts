/** What happens to the work when its page is closed, reloaded or left. */
import type { Editor } from '../editor/editor';

/** Ends the gesture, which journals it; and where only this page has someone's work, the browser asks first. */
export function watchLeaving(editor: Editor): () => void {
  const { sync } = editor;
  const finish = () => editor.endGesture();
  const ask = (event: BeforeUnloadEvent) => {
    editor.endGesture();
    if (sync.isOnlyHere && sync.pendingCount > 0) {
      event.preventDefault();
    }
  };
  window.addEventListener('pagehide', finish);
  window.addEventListener('beforeunload', ask);
  return () => {
    window.removeEventListener('pagehide', finish);
    window.removeEventListener('beforeunload', ask);
  };
}
