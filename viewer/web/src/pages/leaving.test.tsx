import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { Editor } from '../editor/editor';
import { uprightBox } from '../geometry/box';
import { type Journal, MemoryJournal } from '../store/journal';
import { FakeServer, sceneOf } from '../store/testing';
import { tellLost, watchLeaving } from './leaving';

/** A journal as it is while its page goes: what is asked of it is never done. */
const hanging = (): Journal =>
  Object.assign(new MemoryJournal(), { isDurable: true, put: () => new Promise(() => undefined) });

let server: FakeServer;
const opened: (() => void)[] = [];

async function open(journal: Journal): Promise<Editor> {
  const editor = new Editor({ scene: sceneOf(), transport: server, journal, delayMs: () => 1 });
  const stops = [watchLeaving(editor), tellLost(editor)];
  opened.push(() => {
    stops.forEach((stop) => stop());
    editor.dispose();
  });
  await editor.start();
  return editor;
}

const xOf = (editor: Editor) => editor.store.resolveFrame(0)[0]?.cuboid.ego_from_object.translation_m[0];
/** Whether the browser asks before the page goes. */
const asks = () => !window.dispatchEvent(new Event('beforeunload', { cancelable: true }));
const noticeOf = (editor: Editor) => editor.session.getState().notice;

beforeEach(() => {
  server = new FakeServer();
  localStorage.clear();
});
afterEach(() => {
  opened.splice(0).forEach((close) => close());
  vi.unstubAllGlobals();
});

it('keeps the step of a key that is still held, without asking', async () => {
  const first = await open(hanging());
  first.addCuboid(uprightBox([12, 2, 0], [4.2, 1.8, 1.6], 0));
  first.nudge({ dx: 0.5 }, { hold: true });
  expect(asks()).toBe(false);
  window.dispatchEvent(new Event('pagehide'));
  expect(server.changes).toHaveLength(0);

  const second = await open(new MemoryJournal());
  await vi.waitFor(() => expect(second.sync.state).toBe('saved'));
  expect(xOf(second)).toBeCloseTo(12.5, 9);
  expect(server.changes).toHaveLength(2);
  expect(noticeOf(second)).toBeNull();
});

it('asks where the browser has no room left, and the next page says what is lost', async () => {
  const first = await open(hanging());
  const setItem = localStorage.setItem.bind(localStorage);
  vi.spyOn(Storage.prototype, 'setItem').mockImplementation((name, text) => {
    if (text.length > 500) {
      throw new DOMException('full', 'QuotaExceededError');
    }
    setItem(name, text);
  });
  expect(asks()).toBe(false);
  first.addCuboid(uprightBox([12, 2, 0], [4.2, 1.8, 1.6], 0));
  expect(asks()).toBe(true);
  vi.restoreAllMocks();

  const second = await open(new MemoryJournal());
  expect(second.store.all('cuboids')).toEqual([]);
  expect(noticeOf(second)).toMatchObject({ key: 'notice.changes_lost', values: { count: 1 } });
});

it('says when what was kept cannot be read', async () => {
  localStorage.setItem('truebox.parting/scene/gone', 'spoiled');
  const editor = await open(new MemoryJournal());
  expect(noticeOf(editor)).toMatchObject({ key: 'notice.parting_spoiled' });
  expect(localStorage.length).toBe(0);
});
