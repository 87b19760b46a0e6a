/** The panel of the auto-labeler: most of its keys mean something only while its list of tracks is shown. */
import type { Editor } from '../editor';
import type { Reviewing } from '../reviewing';
import { type Action, action } from './action';

const isShown = ({ reviewing, grid }: Editor): boolean => reviewing.isOpen && !grid.isOpen;
const isListed = ({ reviewing, grid }: Editor): boolean => reviewing.isListed && !grid.isOpen;

const verb = (
  id: string,
  keys: readonly string[],
  run: (reviewing: Reviewing, editor: Editor) => void,
): Action =>
  action('review', id, keys, (editor) => run(editor.reviewing, editor), {
    isEnabled: isListed,
    whyNotKey: 'autolabel.isClosed',
  });

const step = (id: string, keys: readonly string[], by: 1 | -1): Action =>
  action('review', id, keys, ({ reviewing }) => reviewing.step(by), {
    repeats: true,
    isEnabled: isListed,
    whyNotKey: 'autolabel.isClosed',
  });

export const REVIEW: readonly Action[] = [
  action('app', 'autolabel', ['P'], ({ reviewing }) => reviewing.toggle()),
  action('app', 'autolabel_run', ['Shift+P'], ({ reviewing }) => reviewing.open('learn')),
  action('app', 'autolabel_review', ['Alt+P'], ({ reviewing }) => reviewing.open('review')),
  verb('review_accept', ['C', 'Shift+C'], (reviewing) => reviewing.accept()),
  verb('review_reject', ['Delete', 'Backspace', 'Shift+Delete'], (reviewing) => reviewing.reject()),
  step('review_next', ['ArrowDown'], 1),
  step('review_previous', ['ArrowUp'], -1),
  verb('review_jump', ['Enter'], (reviewing) => reviewing.jump()),
  verb('review_grid', ['Shift+T'], openGrid),
  verb('review_next_band', ['B'], (reviewing) => reviewing.nextBand()),
  verb('review_accept_band', ['Shift+A'], acceptBand),
  verb('review_aside', ['X'], (reviewing) => reviewing.putAside()),
  action('review', 'review_close', ['Escape'], ({ reviewing }) => reviewing.close(), {
    isEnabled: isShown,
    whyNotKey: 'autolabel.isClosed',
  }),
];

function openGrid({ current }: Reviewing, editor: Editor): void {
  if (current !== null) {
    editor.grid.open();
  }
}

/** Ask for a sample first; once that is looked at, accept the rest. */
function acceptBand(reviewing: Reviewing, { session }: Editor): void {
  if (session.getState().review.audit === null) {
    reviewing.askAudit();
  } else {
    reviewing.acceptUnseen();
  }
}

/** What still makes sense while the panel covers the views. */
const STAYS = new Set(['flip_track', 'find_object', 'clear_filter']);
const STAYING_GROUPS: readonly string[] = ['track', 'frame', 'app', 'review', 'grid'];

/** Whether an action works on what the open panel covers, so that its key has no meaning there. */
export const isBehindReview = ({ id, group }: Action): boolean =>
  !STAYING_GROUPS.includes(group) && !STAYS.has(id) && !id.startsWith('category_');
