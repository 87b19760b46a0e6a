/** How long to wait before trying again: doubles up to a ceiling, with jitter so that browsers do not return at once. */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(15_000, 500 * 2 ** Math.min(attempt, 10));
  return ceiling * (0.5 + 0.5 * random());
}
