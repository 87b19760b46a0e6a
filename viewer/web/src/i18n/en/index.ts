import { actions } from './actions';
import { common } from './common';
import { datasets } from './datasets';
import { editor } from './editor';
import { findings } from './findings';
import { pages } from './pages';

export const en = { ...common, ...pages, ...datasets, ...editor, ...findings, actions } as const;
