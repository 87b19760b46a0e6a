/** The editor with its 3D views is a bundle of its own, which the other pages do without. */
export const loadEditorPage = () => import('./editor');
