/** How safe the work is, and what a refused change means. */
export const saving = {
  saving: {
    onlyHere: 'only in this tab',
    onlyHereHint:
      'This browser keeps no unsent changes: they live in this tab alone until the server has them',
    unreadableHint_one: '{{count}} unsent change of another version of Truebox is kept in this browser',
    unreadableHint_other: '{{count}} unsent changes of another version of Truebox are kept in this browser',
    refusedTitle: 'The server refuses a change',
    refusedText: 'Nothing is lost yet: try again, or give this change up and go on from what the server has.',
    tryAgain: 'Try again',
    giveUp: 'Give my change up',
  },
} as const;
