import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { TrackId } from '../model/ids';
import { MemoryJournal } from '../store/journal';
import { FakeServer, keyOf, sceneOf, trackOf } from '../store/testing';
import { type Action, actionById, ACTIONS } from './actions';
import { Editor } from './editor';
import { bindKeys, DEFAULT_KEYMAP, keysOf } from './keymap';
import { contextOf } from './keymaps/effective';
import { strokeParts } from './strokes';

/** Actions of the same context as this one. */
const isOf = (id: string) => (action: Action) => contextOf(action) === contextOf(actionById(id));

describe('the keyboard', () => {
  let server: FakeServer;
  let editor: Editor;
  let unbind: () => void;

  const press = (key: string, fields: KeyboardEventInit = {}, target: EventTarget = document.body) => {
    const code = /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : /^\d$/.test(key) ? `Digit${key}` : key;
    const event = new KeyboardEvent('keydown', { key, code, bubbles: true, cancelable: true, ...fields });
    target.dispatchEvent(event);
    return event;
  };
  const release = () => document.body.dispatchEvent(new KeyboardEvent('keyup', { key: 'w', bubbles: true }));
  const x = () => editor.selected?.cuboid.ego_from_object.translation_m[0];

  beforeEach(async () => {
    server = new FakeServer();
    server.changeByOther({
      added: {
        tracks: [trackOf('a'), trackOf('b')],
        cuboids: [keyOf('a', 0, 10), keyOf('b', 0, 20, { source: 'model:net@1', confirmed_by: null })],
      },
    });
    editor = new Editor({
      scene: sceneOf(),
      transport: server,
      journal: new MemoryJournal(),
      delayMs: () => 1,
    });
    await editor.start();
    unbind = bindKeys(editor, window);
    editor.select('a' as TrackId);
  });
  afterEach(() => {
    unbind();
    editor.dispose();
    document.body.replaceChildren();
  });

  it('types into the palette what comes before that is on the screen', () => {
    press('k', { ctrlKey: true });
    ['c', 'a', 'r'].forEach((key) => press(key));
    press('Delete');
    expect(editor.session.getState().palette).toBe('car');
    expect(x()).toBe(10);
    press('Escape');
    expect(editor.session.getState().palette).toBeNull();
    press('w');
    expect(x()).toBeCloseTo(10.05, 9);
  });

  it('moves the box, one undo step and one request for a held key', async () => {
    press('w');
    Array.from({ length: 9 }, () => press('w', { repeat: true }));
    expect(x()).toBeCloseTo(10.5, 9);
    expect(server.requests).toHaveLength(0);
    release();
    await vi.waitFor(() => expect(server.requests).toHaveLength(1));
    press('z', { ctrlKey: true });
    expect(x()).toBe(10);
    press('y', { ctrlKey: true });
    expect(x()).toBeCloseTo(10.5, 9);
  });

  it('leaves copying to the browser while text of the page is selected', () => {
    document.body.append('some words');
    const words = document.body.lastChild as Text;
    document.getSelection()?.selectAllChildren(document.body);
    expect(words.data).toBe('some words');
    expect(press('c', { ctrlKey: true }).defaultPrevented).toBe(false);
    expect(editor.clipboard.isEmpty).toBe(true);
    document.getSelection()?.removeAllRanges();
    expect(press('c', { ctrlKey: true }).defaultPrevented).toBe(true);
    expect(editor.clipboard.isEmpty).toBe(false);
  });

  it('makes a step of its own of every press', () => {
    press('w');
    release();
    press('w');
    release();
    press('z', { ctrlKey: true });
    expect(x()).toBeCloseTo(10.05, 9);
  });

  it.each(['input', 'textarea', 'select'])('leaves keys to a %s', (tag) => {
    const field = document.body.appendChild(document.createElement(tag));
    expect(press('w', {}, field).defaultPrevented).toBe(false);
    press('Delete', {}, field);
    expect([x(), editor.store.all('tracks').length]).toEqual([10, 2]);
  });

  it('leaves keys to a dialog but not to a slider', () => {
    const dialog = document.body.appendChild(document.createElement('div'));
    dialog.setAttribute('role', 'dialog');
    press('w', {}, dialog.appendChild(document.createElement('button')));
    expect(x()).toBe(10);
    const slider = document.body.appendChild(document.createElement('input'));
    slider.type = 'range';
    press('w', {}, slider);
    expect(x()).toBeCloseTo(10.05, 9);
  });

  it('belongs to an open dialog wherever the focus is, also the Escape that closes it', () => {
    const dialog = document.body.appendChild(document.createElement('div'));
    dialog.setAttribute('role', 'dialog');
    dialog.setAttribute('aria-modal', 'true');
    const close = () => dialog.remove();
    window.addEventListener('keydown', close, { capture: true, once: true });
    press('Escape');
    expect([dialog.isConnected, editor.selectedTrackId]).toEqual([false, 'a']);
    press('Escape');
    expect(editor.selectedTrackId).toBeNull();
  });

  it('goes through objects, frames and classes', () => {
    expect(press('Tab').defaultPrevented).toBe(true);
    expect(editor.selectedTrackId).toBe('b');
    press('Tab', { shiftKey: true });
    expect(editor.selectedTrackId).toBe('a');
    press('2');
    expect(editor.selected?.track.category).toBe('Pedestrian');
    press('ArrowRight');
    press('PageDown');
    expect(editor.frameIndex).toBe(2);
    press('ArrowLeft');
    expect(editor.frameIndex).toBe(1);
    press('Escape');
    press('1');
    expect(editor.session.getState().activeCategory).toBe('Car');
  });

  it('copies, flips, deletes and confirms', () => {
    press('ArrowRight', { altKey: true });
    expect(editor.store.keysOfTrack('a').map((key) => key.frame_index)).toEqual([0, 1]);
    press('g');
    expect(Math.abs(editor.selected?.cuboid.ego_from_object.quat_wxyz[3] ?? 0)).toBeCloseTo(1, 9);
    press('Delete');
    expect(editor.store.keysOfTrack('a').map((key) => key.frame_index)).toEqual([0]);
    press('Home');
    press('Enter');
    expect(editor.store.get('cuboids', 'a-0')?.confirmed_by).toBe('human:local');
    expect(editor.selectedTrackId).toBe('b');
  });

  it('leaves the innermost thing with Escape', () => {
    press('b');
    expect(editor.session.getState().tool).toBe('create');
    press('Escape');
    expect(editor.session.getState().tool).toBe('select');
    editor.beginGesture('history.move');
    editor.updateGesture(keyOf('a', 0, 30));
    press('Escape');
    expect(x()).toBe(10);
    press('?', { shiftKey: true, code: 'Slash' });
    expect(editor.session.getState().helpOpen).toBe(true);
    press('Escape');
    expect([editor.session.getState().helpOpen, editor.selectedTrackId]).toEqual([false, 'a']);
    press('Escape');
    expect(editor.selectedTrackId).toBeNull();
  });

  it('saves with Ctrl+S instead of the browser', () => {
    const field = document.body.appendChild(document.createElement('input'));
    expect(press('s', { ctrlKey: true }, field).defaultPrevented).toBe(true);
    expect(press('s', { ctrlKey: true }).defaultPrevented).toBe(true);
    expect(x()).toBe(10);
  });

  it('works on a layout without Latin letters', () => {
    press('ㅈ', { code: 'KeyW' });
    expect(x()).toBeCloseTo(10.05, 9);
  });

  it.each(ACTIONS.flatMap(({ id, keys }) => keys.map((name) => [name, id] as const)))(
    '%s does what the table says: %s',
    (name, id) => {
      const ran: string[] = [];
      const spy = (action: Action): Action => ({
        ...action,
        isEnabled: () => true,
        run: () => void ran.push(action.id),
      });
      const spies = new Map(
        [...DEFAULT_KEYMAP].map(
          ([pressed, actions]) => [pressed, actions.filter(isOf(id)).map(spy)] as const,
        ),
      );
      unbind();
      unbind = bindKeys(editor, window, () => spies);
      const parts = strokeParts(name);
      const key = parts.at(-1) ?? '';
      press(key, {
        ctrlKey: parts.includes('Ctrl'),
        altKey: parts.includes('Alt'),
        shiftKey: parts.includes('Shift') || key === '?',
      });
      expect(ran).toEqual([id]);
    },
  );

  it('leaves browser keys alone', () => {
    expect(press('r', { ctrlKey: true }).defaultPrevented).toBe(false);
    expect(press('F5').defaultPrevented).toBe(false);
  });
});

describe('the table of actions', () => {
  it('gives each key to one action', () => {
    const keys = ACTIONS.flatMap((action) => action.keys.map((key) => `${contextOf(action)} ${key}`));
    expect(new Set(keys).size).toBe(keys.length);
    expect(new Set(ACTIONS.map(({ id }) => id)).size).toBe(ACTIONS.length);
  });

  it('names the keys of an action', () => {
    expect(keysOf('redo')).toEqual(['Ctrl+Shift+Z', 'Ctrl+Y']);
    expect(() => actionById('nothing')).toThrow('nothing');
  });
});
