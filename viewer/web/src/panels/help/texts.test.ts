/** Both languages say everything: all keys are typed, and here are those that are made while running. */
import { describe, expect, it } from 'vitest';

import { ACTIONS } from '../../editor/actions';
import { en } from '../../i18n/en';
import { ko } from '../../i18n/ko';
import { actionsByGroup, categoryKeys } from './key_table';

function texts(value: object, path = ''): readonly (readonly [string, string])[] {
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    const where = path === '' ? key : `${path}.${key}`;
    return typeof inner === 'string' ? [[where, inner] as const] : texts(inner as object, where);
  });
}

const placeholders = (text: string): readonly string[] => (text.match(/\{\{\s*\w+/g) ?? []).toSorted();

describe('texts', () => {
  const korean = new Map(texts(ko));

  it('name every action', () => {
    const names = new Map(texts(en));
    const missing = ACTIONS.filter(({ titleKey }) => !names.has(titleKey)).map(({ id }) => id);
    expect(missing).toEqual([]);
  });

  it.each(texts(en))('%s says the same in both languages', (key, english) => {
    const other = korean.get(key) ?? '';
    expect(other).not.toBe('');
    expect(placeholders(other)).toEqual(placeholders(english));
  });

  it('are Korean where words are', () => {
    const untranslated = texts(ko).filter(([key, text]) => {
      const words = text.replace(/\{\{.*?\}\}/g, '');
      return /[a-z]{3}/i.test(words) && !/[가-힣]/.test(words) && key !== 'app.name';
    });
    // Paths and example names stay as they are.
    expect(untranslated.map(([key]) => key)).toEqual(['import.pathPlaceholder', 'merge.pathPlaceholder']);
  });
});

describe('the table of keys', () => {
  it('holds every action once, but for the category keys', () => {
    const shown = actionsByGroup(ACTIONS).flatMap(([, actions]) => actions);
    expect(new Set(shown).size).toBe(shown.length);
    expect(shown).toHaveLength(ACTIONS.length - 9);
  });

  it('counts categories where the taxonomy names no keys', () => {
    const category = (name: string, hot_key: string | null) => ({
      name,
      color: '#000000',
      size_prior_lwh_m: [1, 1, 1] as const,
      hot_key,
      parent: null,
      is_rigid: true,
    });
    const taxonomy = (keys: readonly (string | null)[]) => ({
      name: 'x',
      version: 1,
      categories: keys.map((key, index) => category(`c${index}`, key)),
      attributes: [],
    });
    expect(categoryKeys(taxonomy([null, null])).map(({ key }) => key)).toEqual(['1', '2']);
    expect(categoryKeys(taxonomy(['4', null])).map(({ name }) => name)).toEqual(['c0']);
  });
});
