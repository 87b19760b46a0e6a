/** The editor with its 3D views is a bundle of its own, which the other pages do without. */
import type * as editor from './editor';

let loaded: typeof editor | null = null;

export async function loadEditorPage(): Promise<typeof editor> {
  loaded = await import('./editor');
  return loaded;
}

/** The page if its bundle is here already. */
export const loadedEditorPage = () => loaded?.EditorPage ?? null;
