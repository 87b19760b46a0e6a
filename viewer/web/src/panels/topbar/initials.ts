/** One or two letters that stand for a person; a Korean name keeps its first syllable. */
export function initialsOf(name: string): string {
  const words = name
    .trim()
    .split(/[\s._-]+/)
    .filter(Boolean);
  const [first = '?', ...rest] = words;
  const last = rest.at(-1) ?? '';
  return `${firstLetter(first)}${firstLetter(last)}`.toUpperCase();
}

/** By code point, so that a letter outside the basic plane stays whole. */
function firstLetter(word: string): string {
  const [letter = ''] = word;
  return letter;
}
