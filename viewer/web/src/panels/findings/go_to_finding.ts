/** To the frame and the object of a finding. */
import type { Finding } from '../../api/types';
import type { Editor } from '../../editor/editor';

export function goToFinding(editor: Editor, { frame_index, track_id }: Finding): void {
  if (frame_index !== null) {
    editor.goToFrame(frame_index);
  }
  if (track_id === null) {
    return;
  }
  if (editor.store.get('tracks', track_id) === undefined) {
    editor.notify('findings.gone');
    return;
  }
  editor.select(track_id);
  editor.viewCommand('zoom-to-object');
}
