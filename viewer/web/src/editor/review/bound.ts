/** What a sample tells of the rest: how many of those that nobody looked at may be wrong; pure. */

/** How often such a statement may be wrong itself. */
export const CONFIDENCE = 0.95;

/**
 * The most wrong ones among those not looked at that a sample without replacement leaves possible.
 *
 * It is the exact one-sided bound of the hypergeometric distribution: the largest number of wrong ones for which finding
 * as few as were found still has a probability above `1 - confidence`. For many tracks it becomes Clopper and Pearson's
 * bound, and with nothing found wrong the rule of three, 3 / sampled.
 *
 * @param population how many there are in all.
 * @param sampled how many of them were looked at, at random.
 * @param wrong how many of those were wrong.
 */
export function mostWrongLeft(
  population: number,
  sampled: number,
  wrong: number,
  confidence = CONFIDENCE,
): number {
  const left = population - sampled;
  let [least, most] = [0, left];
  while (least < most) {
    const middle = Math.ceil((least + most) / 2);
    if (probabilityOfFewer(population, wrong + middle, sampled, wrong) > 1 - confidence) {
      least = middle;
    } else {
      most = middle - 1;
    }
  }
  return least;
}

/** The probability that a sample has at most `found` of the `wrong` ones among all. */
export function probabilityOfFewer(
  population: number,
  wrong: number,
  sampled: number,
  found: number,
): number {
  const all = logChoose(population, sampled);
  let sum = 0;
  for (let i = Math.max(0, sampled - (population - wrong)); i <= Math.min(found, wrong, sampled); i += 1) {
    sum += Math.exp(logChoose(wrong, i) + logChoose(population - wrong, sampled - i) - all);
  }
  return Math.min(1, sum);
}

function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}

const LOG_FACTORIALS: number[] = [0];

function logFactorial(n: number): number {
  for (let i = LOG_FACTORIALS.length; i <= n; i += 1) {
    LOG_FACTORIALS.push((LOG_FACTORIALS[i - 1] ?? 0) + Math.log(i));
  }
  return LOG_FACTORIALS[n] ?? 0;
}
