/** The first code of every page, and small: asks for what the page needs, all at the same time. */
import { openScene, sceneOfPath } from './api/opening';
import { loadEditorPage } from './pages/load_editor_page';

const root = document.getElementById('root');
if (!root) {
  throw new Error('index.html has no element with the id "root"');
}

const sceneId = sceneOfPath(location.pathname);
if (sceneId !== null) {
  openScene(sceneId);
}
const [{ start }] = await Promise.all([import('./start'), sceneId === null ? null : loadEditorPage()]);
start(root);
