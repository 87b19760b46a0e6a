import type { Texts } from '../texts';
import { actions } from './actions';
import { autolabel } from './autolabel';
import { cameras } from './cameras';
import { common } from './common';
import { datasets } from './datasets';
import { clouds } from './display';
import { editor } from './editor';
import { findings } from './findings';
import { gaps } from './gaps';
import { fitting } from './fitting';
import { habits } from './habits';
import { grid } from './grid';
import { pages } from './pages';
import { saving } from './saving';
import { sequences } from './sequences';

export const ko: Texts = {
  ...autolabel,
  ...common,
  ...pages,
  ...datasets,
  ...editor,
  ...findings,
  ...gaps,
  ...grid,
  ...habits,
  ...fitting,
  ...saving,
  ...sequences,
  ...cameras,
  clouds,
  actions,
};
