/** Names that fit the narrow rail: at most ten letters, and still different from each other. */

const LENGTH = 10;

export function shortNames(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const short = candidates(name).find((candidate) => !taken.has(candidate)) ?? name.slice(0, LENGTH);
    taken.add(short);
    return short;
  });
}

/** A name that fits stays; `Person_sitting` becomes `P. sitting`. */
function candidates(name: string): readonly string[] {
  const words = name.split(/[_\s.-]+/).filter(Boolean);
  const [first = name, ...rest] = words;
  const last = rest.at(-1);
  return [
    ...(name.length <= LENGTH ? [name] : []),
    ...(last === undefined ? [] : [`${first.slice(0, 1)}. ${last.slice(0, LENGTH - 3)}`]),
    name.slice(0, LENGTH),
    `${name.slice(0, LENGTH - 1)}${name.slice(-1)}`,
  ];
}
