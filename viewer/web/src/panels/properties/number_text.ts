/** What people type into number fields. */

/** A number with a point or a comma, also as a change of the present one: `+0.5`, `*2`, `/2`; null for anything else. */
export function parseNumber(text: string, present: number): number | null {
  const match = /^([*/]|\+(?=\s*\d|\s*[.,]))?\s*([+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+))\s*(?:m|°)?$/.exec(
    text.trim(),
  );
  if (match === null) {
    return null;
  }
  const value = Number((match[2] ?? '').replace(',', '.'));
  const result = combine(match[1], present, value);
  return Number.isFinite(result) ? result : null;
}

function combine(operator = '', present: number, value: number): number {
  switch (operator) {
    case '+':
      return present + value;
    case '*':
      return present * value;
    case '/':
      return present / value;
    default:
      return value;
  }
}

export function clampTo(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
