import { expect, it } from 'vitest';

import { choiceOf, namesToSend, suggestedNames, withChoice } from './category_names';

it('keeps a name where nothing is chosen', () => {
  expect(choiceOf({}, 'Van')).toBe('keep');
  expect(namesToSend({})).toBeNull();
});

it('reads back what was chosen', () => {
  for (const choice of ['keep', 'drop', 'to:vehicle.car', 'to:keep']) {
    expect(choiceOf(withChoice({ Van: 'Car', Tram: null }, 'Van', choice), 'Van')).toBe(choice);
    expect(withChoice({ Tram: null }, 'Van', choice)).toMatchObject({ Tram: null });
  }
});

it('suggests only for what is lacking', () => {
  const use = { tracks: 1, is_known: false, suggestion: null };
  const categories = [
    { ...use, name: 'a', suggestion: 'A' },
    { ...use, name: 'b' },
    { ...use, name: 'c', is_known: true, suggestion: 'C' },
  ];
  expect(suggestedNames(categories)).toEqual({ a: 'A' });
});
