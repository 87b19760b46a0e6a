import { actions } from './actions';
import { common } from './common';
import { editor } from './editor';
import { pages } from './pages';

export const en = { ...common, ...pages, ...editor, actions } as const;
