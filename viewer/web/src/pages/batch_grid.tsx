/** The batch grid with the pictures that the 3D room draws. */
import type { Editor } from '../editor/editor';
import { BatchGrid } from '../panels/grid/batch_grid';
import { GridPictures } from '../scene/grid/pictures';

export function BatchGridArea() {
  return <BatchGrid createPictures={createPictures} />;
}

function createPictures(editor: Editor): GridPictures {
  const grid = new GridPictures(editor);
  // For browser tests and benchmarks.
  Object.assign(window.__truebox ?? {}, { grid });
  return grid;
}
