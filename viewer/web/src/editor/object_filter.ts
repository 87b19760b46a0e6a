/** What the object list and the views show: words and terms such as `cat:car conf<0.5 is:unconfirmed`; pure. */
import type { ResolvedCuboid } from '../geometry/interpolate';
import { categoryTitle, trackName } from '../model/names';
import { isUnconfirmed } from './selection';

export const FILTER_STATES = ['confirmed', 'unconfirmed', 'static', 'moving', 'key', 'derived'] as const;
export type FilterState = (typeof FILTER_STATES)[number];

/** One condition; all of a filter hold together. Terms of one kind (`cat:car cat:van`) are alternatives. */
export type Term =
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'cat' | 'src' | 'id'; readonly text: string }
  | { readonly kind: 'conf'; readonly operator: Operator; readonly value: number }
  | { readonly kind: 'is'; readonly state: FilterState };

type Operator = '<' | '<=' | '>' | '>=' | '=';

export interface Filter {
  readonly terms: readonly Term[];
  /** Words that look like terms but say nothing. */
  readonly unclear: readonly string[];
}

const FIELDS = { cat: 'cat', category: 'cat', src: 'src', source: 'src', id: 'id' } as const;
const FIELD = /^(cat|category|src|source|id):(.+)$/;
/** A field whose value is still being typed. */
const UNFINISHED = /^(?:(?:cat|category|src|source|id):|#)$/;
const CONFIDENCE = /^(?:conf|confidence|score)(<=|>=|<|>|=|:)(.*)$/;
const COMPARE: Readonly<Record<Operator, (a: number, b: number) => boolean>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '=': (a, b) => Math.abs(a - b) < 0.005,
};

/** @param text as it is typed; case does not matter, and `cat:"person sitting"` holds a blank. */
export function parseFilter(text: string): Filter {
  const parts = text.toLowerCase().match(/(?:[^\s"]|"[^"]*"?)+/g) ?? [];
  const terms: Term[] = [];
  const unclear: string[] = [];
  for (const part of parts.map((each) => each.replaceAll('"', ''))) {
    const term = termOf(part);
    if (term !== null) {
      terms.push(term);
    } else if (part !== '') {
      unclear.push(part);
    }
  }
  return { terms, unclear };
}

function termOf(part: string): Term | null {
  const [, field, wanted] = FIELD.exec(part) ?? [];
  if (field !== undefined && wanted !== undefined) {
    return { kind: FIELDS[field as keyof typeof FIELDS], text: wanted };
  }
  const [, sign, number] = CONFIDENCE.exec(part) ?? [];
  if (sign !== undefined && number !== undefined) {
    return confidenceOf(sign, number);
  }
  if (part.startsWith('is:')) {
    const state = FILTER_STATES.find((each) => `is:${each}` === part);
    return state === undefined ? null : { kind: 'is', state };
  }
  if (/^#./.test(part)) {
    return { kind: 'id', text: part.slice(1) };
  }
  return part === '' || UNFINISHED.test(part) ? null : { kind: 'word', text: part };
}

/** A share, `0.5` or `50%`. */
function confidenceOf(sign: string, number: string): Term | null {
  const [, digits, percent] = /^(\d*\.?\d+)(%?)$/.exec(number) ?? [];
  if (digits === undefined) {
    return null;
  }
  const operator = sign === ':' ? '=' : (sign as Operator);
  return { kind: 'conf', operator, value: Number(digits) / (percent === '%' ? 100 : 1) };
}

/** Whether a cuboid is what the filter asks for; an empty filter asks for everything. */
export function matches({ terms }: Filter, resolved: ResolvedCuboid): boolean {
  const groups = new Map<string, Term[]>();
  for (const term of terms) {
    // States narrow down (`is:static is:unconfirmed`), and so do words and bounds; names are alternatives.
    const isAlternative = term.kind === 'cat' || term.kind === 'src' || term.kind === 'id';
    const group = isAlternative ? term.kind : `${groups.size}`;
    groups.set(group, [...(groups.get(group) ?? []), term]);
  }
  return [...groups.values()].every((group) => group.some((term) => holds(term, resolved)));
}

function holds(term: Term, resolved: ResolvedCuboid): boolean {
  const { cuboid, track } = resolved;
  switch (term.kind) {
    case 'word':
      return trackName(track).toLowerCase().includes(categoryTitle(term.text));
    case 'cat':
      return categoryTitle(track.category.toLowerCase()).includes(categoryTitle(term.text));
    case 'src':
      return cuboid.source.toLowerCase().includes(term.text);
    case 'id':
      return (track.external_id ?? track.id).toLowerCase() === term.text;
    case 'conf':
      return cuboid.score !== null && COMPARE[term.operator](cuboid.score, term.value);
    case 'is':
      return isInState(term.state, resolved);
  }
}

function isInState(state: FilterState, { cuboid, track, is_key }: ResolvedCuboid): boolean {
  switch (state) {
    case 'unconfirmed':
      return isUnconfirmed(cuboid);
    case 'confirmed':
      return !isUnconfirmed(cuboid);
    case 'static':
      return track.is_static;
    case 'moving':
      return !track.is_static;
    case 'key':
      return is_key;
    case 'derived':
      return !is_key;
  }
}

/** The filter with a term more, or without it where it has it: what a chip does. */
export function toggleTerm(text: string, term: string): string {
  const parts = text.split(/\s+/).filter(Boolean);
  const rest = parts.filter((part) => part.toLowerCase() !== term.toLowerCase());
  return (rest.length < parts.length ? rest : [...parts, term]).join(' ');
}

export const hasTerm = (text: string, term: string): boolean =>
  text.toLowerCase().split(/\s+/).includes(term.toLowerCase());
