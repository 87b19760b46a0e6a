/** Everything that has a key, as one table: menus, tooltips, the help overlay and the keyboard all read it. */
import type { Action } from './action';
import { APP } from './app';
import { CAMERA } from './camera';
import { CREATE } from './create';
import { DISPLAY } from './display';
import { FIT } from './fit';
import { FRAME } from './frame';
import { GRID } from './grid';
import { HABITS } from './habits';
import { MOVE } from './move';
import { OBJECT } from './object';
import { REVIEW } from './review';
import { SIZE } from './size';
import { TRACKS } from './tracks';
import { VIEW } from './view';

export type { Action, ActionGroup } from './action';

export const ACTIONS: readonly Action[] = [
  ...CREATE,
  ...MOVE,
  ...SIZE,
  ...FIT,
  ...OBJECT,
  ...TRACKS,
  ...HABITS,
  ...FRAME,
  ...GRID,
  ...REVIEW,
  ...VIEW,
  ...DISPLAY,
  ...CAMERA,
  ...APP,
];

const byId = new Map(ACTIONS.map((each) => [each.id, each]));

/** The action of that id; throws for one that does not exist. */
export function actionById(id: string): Action {
  const found = byId.get(id);
  if (!found) {
    throw new RangeError(`there is no action ${id}`);
  }
  return found;
}
