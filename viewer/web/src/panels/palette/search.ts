/** Finding commands by what somebody types: words in any order, pieces of words, letters in order; pure. */

export interface Searchable {
  /** Names in all languages that it may be looked for by. */
  readonly names: readonly string[];
}

/** Higher is better; null where it is not what is looked for. */
export function score(typed: string, { names }: Searchable): number | null {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) {
    return 0;
  }
  const scores = names.map((name) => scoreOfName(words, name.toLowerCase()));
  const best = Math.max(...scores, 0);
  return best > 0 ? best : null;
}

/** Every word must be in the name; the whole name counts most, then beginnings of words, then pieces. */
function scoreOfName(words: readonly string[], name: string): number {
  const parts = name.split(/[\s,:·-]+/).filter(Boolean);
  const each = words.map((word) => scoreOfWord(word, name, parts));
  const sum = each.includes(0) ? 0 : each.reduce((total, value) => total + value, 0) / words.length;
  return sum === 0 ? 0 : sum + (name === words.join(' ') ? 100 : 0) + 1 / (1 + name.length);
}

function scoreOfWord(word: string, name: string, parts: readonly string[]): number {
  const start = parts.findIndex((part) => part.startsWith(word));
  if (start >= 0) {
    return (parts[start] === word ? 12 : 10) + (start === 0 ? 2 : 0);
  }
  if (name.includes(word)) {
    return 5;
  }
  return word.length >= 3 && isSubsequence(word, name) ? 1 : 0;
}

function isSubsequence(word: string, name: string): boolean {
  let at = 0;
  for (const letter of name) {
    at += letter === word[at] ? 1 : 0;
  }
  return at === word.length;
}

/** More than the ways of fitting differ in which a word stands in a name; less than a whole word and a piece differ. */
const CANNOT_RUN = 3;

interface Offered extends Searchable {
  readonly id: string;
  /** Why it cannot be run now, if so. */
  readonly whyNot?: string | null;
}

/**
 * The entries that fit, the best first; among equals those that can be run now come first, then those used lately.
 * Where nothing is typed, those used lately come before all.
 */
export function search<T extends Offered>(
  typed: string,
  entries: readonly T[],
  recent: readonly string[],
): readonly T[] {
  const isEmpty = typed.trim() === '';
  const rated = entries.flatMap((entry, index) => {
    const value = score(typed, entry);
    const used = recent.indexOf(entry.id);
    const bonus = used < 0 ? 0 : isEmpty ? 1000 - used : 1.5 - used * 0.05;
    const malus = isEmpty || (entry.whyNot ?? null) === null ? 0 : CANNOT_RUN;
    return value === null ? [] : [{ entry, rating: value + bonus - malus, index }];
  });
  return rated.sort((a, b) => b.rating - a.rating || a.index - b.index).map(({ entry }) => entry);
}

/** A frame that is asked for: `frame 12`, `프레임 12`, `f12`, `12`, counted as the page shows it. */
export function frameAsked(typed: string, frameCount: number): number | null {
  const [, digits] = /^(?:frame|프레임|f)?\s*(\d+)$/i.exec(typed.trim()) ?? [];
  const number = Number(digits);
  return digits !== undefined && number < frameCount ? number : null;
}
