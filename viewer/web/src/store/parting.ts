/**
 * What a page writes in its last moment. The journal writes in its own time, which a page that goes does not have;
 * what it has not confirmed is therefore copied in one go into the browser's other storage, for the next page.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

import type { ChangeId } from '../model/ids';
import { SCHEMA_VERSION } from '../model/records';
import type { JournalEntry } from './journal';

/** A fifth of what browsers give a site, and about a thousand gestures. */
export const MOST_CHARACTERS = 1_000_000;

export interface Parting {
  /** Changes that the journal may not have, or not as they were at last; the oldest first. */
  readonly entries: readonly JournalEntry[];
  /** Changes that the journal may still have, and that are over. */
  readonly removed: readonly ChangeId[];
  /** How many of the latest changes found no room. */
  readonly lostCount: number;
}

/** `spoiled` is what is not as some page wrote it; `foreign` is another version's, and stays for it. */
export type FoundParting = Parting | 'none' | 'spoiled' | 'foreign';

const PREFIX = 'truebox.parting';
const HASH_CHARACTERS = 64;

/** Keep as many of the changes as there is room for, the oldest first; true where all are kept. */
export function writeParting(
  sceneId: string,
  page: string,
  { entries, removed }: Omit<Parting, 'lostCount'>,
): boolean {
  if (entries.length + removed.length === 0) {
    dropParting(sceneId, page);
    return true;
  }
  for (let count = entries.length; ; count = Math.floor(count / 2)) {
    const lostCount = entries.length - count;
    const isWritten = write(nameOf(sceneId, page), { entries: entries.slice(0, count), removed, lostCount });
    if (isWritten || count === 0) {
      return isWritten && lostCount === 0;
    }
  }
}

/** The pages that left something for a scene, in no order. */
export function partingPages(sceneId: string): readonly string[] {
  const start = nameOf(sceneId, '');
  try {
    const names = Array.from({ length: localStorage.length }, (_, index) => localStorage.key(index) ?? '');
    return names.filter((name) => name.startsWith(start)).map((name) => name.slice(start.length));
  } catch {
    // A browser that forbids storage kept nothing there.
    return [];
  }
}

export function readParting(sceneId: string, page: string): FoundParting {
  let text: string | null;
  try {
    text = localStorage.getItem(nameOf(sceneId, page));
  } catch {
    return 'none';
  }
  return text === null ? 'none' : unpack(text);
}

export function dropParting(sceneId: string, page: string): void {
  try {
    localStorage.removeItem(nameOf(sceneId, page));
  } catch {
    // Nothing is there.
  }
}

const nameOf = (sceneId: string, page: string): string => `${PREFIX}/${sceneId}/${page}`;

function write(name: string, parting: Parting): boolean {
  const json = JSON.stringify({ ...parting, version: SCHEMA_VERSION });
  if (json.length > MOST_CHARACTERS) {
    return false;
  }
  try {
    localStorage.setItem(name, hashOf(json) + json);
    return true;
  } catch {
    // Full, or forbidden.
    return false;
  }
}

/** Whoever reads it gets what a page wrote, or nothing: the hash stands for every check of its parts. */
function unpack(text: string): FoundParting {
  const json = text.slice(HASH_CHARACTERS);
  if (text.slice(0, HASH_CHARACTERS) !== hashOf(json)) {
    return 'spoiled';
  }
  const { version, ...parting } = JSON.parse(json) as Parting & { readonly version: number };
  return version === SCHEMA_VERSION ? parting : 'foreign';
}

const hashOf = (json: string): string => bytesToHex(sha256(utf8ToBytes(json)));
