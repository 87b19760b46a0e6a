/** What happens to the work when its page is closed, reloaded or left. */
import type { Editor } from '../editor/editor';
import type { Lost } from '../store/journal_writer';

/** Ends the gesture and keeps it for the next page; where only this page has someone's work, the browser asks first. */
export function watchLeaving(editor: Editor): () => void {
  const { sync } = editor;
  const finish = () => {
    editor.endGesture();
    return sync.part();
  };
  const ask = (event: BeforeUnloadEvent) => {
    if (!finish() && sync.pendingCount > 0) {
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

/** Says in one line what closed pages could not keep, as soon as that is known. */
export function tellLost(editor: Editor): () => void {
  const { sync } = editor;
  let told: Lost = { changes: 0, partings: 0 };
  return sync.subscribe(() => {
    const { lost } = sync;
    if (lost.changes > told.changes) {
      editor.notify('notice.changes_lost', { count: lost.changes - told.changes });
    } else if (lost.partings > told.partings) {
      editor.notify('notice.parting_spoiled');
    }
    told = lost;
  });
}
