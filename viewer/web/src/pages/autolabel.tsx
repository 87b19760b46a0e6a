/** The auto-labeler's panel with the pictures that the 3D room draws. */
import type { Editor } from '../editor/editor';
import { AutolabelPanel } from '../panels/autolabel/autolabel_panel';
import { StripPictures } from '../scene/strips/strip_pictures';

export function AutolabelArea() {
  return <AutolabelPanel createPictures={createPictures} />;
}

function createPictures(editor: Editor): StripPictures {
  const strips = new StripPictures(editor);
  // For browser tests.
  Object.assign(window.__truebox ?? {}, { strips });
  return strips;
}
