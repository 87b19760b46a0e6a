/** What covers the views takes keys and meaning from the actions on what is behind it. */
import type { Editor } from '../editor';
import type { Action } from './action';
import { isBehindGrid } from './grid';
import { isBehindReview } from './review';

/** i18n key of what covers what an action works on; null where nothing does. */
export function coverOf(each: Action, { grid, reviewing }: Editor): string | null {
  if (grid.isOpen) {
    return isBehindGrid(each) ? 'grid.isBehind' : null;
  }
  return reviewing.isOpen && isBehindReview(each) ? 'autolabel.isBehind' : null;
}

/** i18n key of why an action cannot be run now; null where it can. */
export function whyNotOf(each: Action, editor: Editor): string | null {
  return coverOf(each, editor) ?? (each.isEnabled(editor) ? null : each.whyNotKey);
}
