import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { KeySettings, readKeyFile } from './keymap_store';

const KEY = 'truebox.keys';

describe('KeySettings', () => {
  beforeEach(() => localStorage.clear());
  afterEach(() => vi.unstubAllGlobals());

  it('gives an action a key, takes it from the other, and finds it again', () => {
    const settings = new KeySettings();
    expect(settings.takenFrom('flip_heading', 'K').map(({ id }) => id)).toEqual(['toggle_key']);
    settings.addKey('flip_heading', 'K');
    const again = new KeySettings();
    expect(again.keysOf('flip_heading')).toEqual(['G', 'K']);
    expect(again.keysOf('toggle_key')).toEqual([]);
    expect(
      again.keymap
        .get('K')
        ?.filter(({ group }) => group !== 'grid')
        .map(({ id }) => id),
    ).toEqual(['flip_heading']);
    expect(again.store.getState().isBroken).toBe(false);
  });

  it('passes a chosen key on, and gives keys back', () => {
    const settings = new KeySettings();
    settings.addKey('undo', 'K');
    settings.addKey('redo', 'K');
    expect([settings.keysOf('undo'), settings.keysOf('redo')]).toEqual([
      ['Ctrl+Z'],
      ['Ctrl+Shift+Z', 'Ctrl+Y', 'K'],
    ]);
    settings.reset('redo');
    expect(settings.keysOf('toggle_key')).toEqual(['K']);
    settings.removeKey('redo', 'Ctrl+Y');
    expect(settings.keysOf('redo')).toEqual(['Ctrl+Shift+Z']);
    settings.resetAll();
    expect(settings.keysOf('redo')).toEqual(['Ctrl+Shift+Z', 'Ctrl+Y']);
  });

  it('changes with the preset, and keeps what a person changed', () => {
    const settings = new KeySettings();
    settings.addKey('help', 'F4');
    const heard = vi.fn();
    settings.store.subscribe(heard);
    settings.choosePreset('cvat');
    expect(heard).toHaveBeenCalledTimes(1);
    expect(settings.keysOf('next_frame')[0]).toBe('F');
    expect(settings.keysOf('help')).toEqual(['?', 'F4']);
    expect(new KeySettings().choice.preset).toBe('cvat');
  });

  it('writes a file that it reads', () => {
    const settings = new KeySettings();
    settings.choosePreset('segments');
    settings.addKey('undo', 'Ctrl+U');
    const text = settings.exportText();
    settings.resetAll();
    settings.choosePreset('truebox');
    expect(settings.importText(text)).toBeNull();
    expect(settings.choice).toEqual({ preset: 'segments', remapped: { undo: ['Ctrl+Z', 'Ctrl+U'] } });
  });

  it.each([
    ['{', 'keys.badJson'],
    ['[]', 'keys.badKind'],
    ['{"kind":"other"}', 'keys.badKind'],
    ['{"kind":"truebox-keys","version":7}', 'keys.badVersion'],
    ['{"kind":"truebox-keys","version":1,"preset":"emacs"}', 'keys.badPreset'],
    ['{"kind":"truebox-keys","version":1,"preset":"cvat","remapped":[]}', 'keys.badRemapped'],
    ['{"kind":"truebox-keys","version":1,"preset":"cvat","remapped":{"undo":"Z"}}', 'keys.badKey'],
    ['{"kind":"truebox-keys","version":1,"preset":"cvat","remapped":{"undo":["Ctrl+W"]}}', 'keys.badKey'],
    ['{"kind":"truebox-keys","version":1,"preset":"cvat","remapped":{"undo":[null]}}', 'keys.badKey'],
  ])('refuses %s and stays as it was', (text, key) => {
    const settings = new KeySettings();
    settings.choosePreset('segments');
    expect(settings.importText(text)?.key).toBe(key);
    expect(settings.choice).toEqual({ preset: 'segments', remapped: {} });
  });

  it('leaves out actions that it does not know', () => {
    const read = readKeyFile(
      '{"kind":"truebox-keys","version":1,"preset":"cvat","remapped":{"no_such":["Z"],"__proto__":["X"],"undo":["Z"]}}',
    );
    expect(read).toEqual({ choice: { preset: 'cvat', remapped: { undo: ['Z'] } } });
  });

  it.each(['{', 'null', '7', '{"version":1}', '{"version":1,"preset":"cvat","remapped":{"undo":[1]}}'])(
    'falls back where %s is stored, and says so',
    (text) => {
      localStorage.setItem(KEY, text);
      const settings = new KeySettings();
      expect([settings.choice, settings.store.getState().isBroken]).toEqual([
        { preset: 'truebox', remapped: {} },
        true,
      ]);
    },
  );

  it('works without storage', () => {
    vi.stubGlobal('localStorage', {
      getItem: () => {
        throw new Error('denied');
      },
      setItem: () => {
        throw new Error('denied');
      },
    });
    const settings = new KeySettings();
    settings.addKey('undo', 'F9');
    expect(settings.keysOf('undo')).toContain('F9');
  });
});
