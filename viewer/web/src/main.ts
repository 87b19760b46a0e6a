/** The first code of every page, and small: asks for what the page needs, all at the same time. */
import { openScene, sceneOfPath } from './api/opening';
import { loadEditorPage } from './pages/load_editor_page';
import { probeWebGl } from './scene/webgl';

const EDITOR_LATER_MS = 500;

const root = document.getElementById('root');
if (!root) {
  throw new Error('index.html has no element with the id "root"');
}

const sceneId = sceneOfPath(location.pathname);
const asked = sceneId === null ? null : openScene(sceneId);
const code = Promise.all([import('./start'), sceneId === null ? null : loadEditorPage()]);
// While all that is on its way there is nothing else to do.
void asked?.then(probeWebGl);
const [{ start }] = await code;
start(root);
if (sceneId === null) {
  // Once this page has what it needs: the next one is mostly the editor.
  setTimeout(() => void loadEditorPage(), EDITOR_LATER_MS);
}
