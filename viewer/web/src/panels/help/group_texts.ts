/** What the groups of actions are called. */
import type { ActionGroup } from '../../editor/actions';

export const GROUP_TEXTS = {
  create: 'help.groupCreate',
  move: 'help.groupMove',
  size: 'help.groupSize',
  fit: 'fitting.group',
  object: 'help.groupObject',
  track: 'sequences.group',
  frame: 'help.groupFrame',
  grid: 'grid.title',
  review: 'autolabel.reviewGroup',
  view: 'help.groupView',
  image: 'images.group',
  app: 'help.groupApp',
} as const satisfies Record<ActionGroup, string>;
