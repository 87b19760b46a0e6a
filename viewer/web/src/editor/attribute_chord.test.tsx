import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { TrackId } from '../model/ids';
import { MemoryJournal } from '../store/journal';
import { FakeServer, keyOf, sceneOf, trackOf } from '../store/testing';
import { answer, attributeChoices, valueChoices } from './attribute_chord';
import { Editor } from './editor';
import { bindKeys } from './keymap';

describe('attributes by key', () => {
  let editor: Editor;
  let unbind: () => void;
  const press = (key: string) => {
    const code = /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : /^\d$/.test(key) ? `Digit${key}` : key;
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key, code, bubbles: true, cancelable: true }));
  };
  const occluded = () => editor.selected?.cuboid.attributes['occluded'];
  const chord = () => editor.session.getState().attributeChord;

  beforeEach(async () => {
    const server = new FakeServer();
    server.changeByOther({ added: { tracks: [trackOf('a')], cuboids: [keyOf('a', 0, 10)] } });
    editor = new Editor({ scene: sceneOf(), transport: server, journal: new MemoryJournal() });
    await editor.start();
    unbind = bindKeys(editor, window);
    editor.select('a' as TrackId);
  });
  afterEach(() => {
    unbind();
    editor.dispose();
  });

  it('asks which, then what: an answer of one sign is pressed as it is written', () => {
    press('.');
    expect(chord()).toEqual({ attribute: null });
    press('1');
    expect(chord()).toEqual({ attribute: 'occluded' });
    press('2');
    expect([occluded(), chord()]).toEqual([2, null]);
    editor.undo();
    expect(occluded()).toBeUndefined();
  });

  it('takes an answer back', () => {
    ['.', '1', '3', '.', '1', 'Delete'].forEach(press);
    expect(occluded()).toBeUndefined();
    expect(editor.store.all('tracks')).toHaveLength(1);
  });

  it('changes nothing by a slip, ends with Escape, and makes way for other keys', () => {
    ['.', '9', 'x'].forEach(press);
    expect([chord(), editor.selected?.track.category]).toEqual([{ attribute: null }, 'Car']);
    press('Escape');
    expect([chord(), editor.selectedTrackId]).toEqual([null, 'a']);
    ['.', 'ArrowRight'].forEach(press);
    expect([chord(), editor.frameIndex]).toEqual([null, 1]);
  });

  it('does nothing where nothing is selected', () => {
    editor.select(null);
    press('.');
    expect(chord()).toBeNull();
    expect(attributeChoices(editor)).toEqual([]);
  });

  it('numbers answers that are words, and keeps an answer of any text', () => {
    const [, colour] = editor.scene.taxonomy.attributes;
    if (colour === undefined) {
      throw new Error('the test scene has a colour');
    }
    expect(valueChoices({ ...colour, values: ['parked', 'moving'] }).map(({ key }) => key)).toEqual([
      '1',
      '2',
    ]);
    expect(valueChoices({ ...colour, values: ['a', 'b'] }).map(({ key }) => key)).toEqual(['A', 'B']);
    expect(valueChoices({ ...colour, values: ['a', 'A'] }).map(({ key }) => key)).toEqual(['1', '2']);
    answer(editor, colour, 'red');
    expect(editor.selected?.track.attributes).toEqual({ colour: 'red' });
  });
});
