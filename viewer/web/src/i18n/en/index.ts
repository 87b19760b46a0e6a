import { actions } from './actions';
import { common } from './common';
import { editor } from './editor';
import { findings } from './findings';
import { pages } from './pages';

export const en = { ...common, ...pages, ...editor, ...findings, actions } as const;
