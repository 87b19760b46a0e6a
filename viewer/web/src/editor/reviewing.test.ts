import { beforeEach, describe, expect, it, vi } from 'vitest';

import type { Band, ProposedTrack } from '../model/autolabel';
import type { TrackId } from '../model/ids';
import { MemoryJournal } from '../store/journal';
import { FakeServer, keyOf, sceneOf, trackOf } from '../store/testing';
import { Editor } from './editor';
import { resultOf } from './review/audit';
import { countsOf } from './review/queue';

const SOURCE = 'model:few-shot@1';

function proposedOf(id: string, band: Band, seconds = 2): ProposedTrack {
  return {
    track_id: id as TrackId,
    category: 'Car',
    band,
    score: 0.9,
    reasons: [],
    faces: null,
    first_frame: 2,
    last_frame: 4,
    frame_count: 3,
    unconfirmed_count: 3,
    expected_corrections: 1,
    expected_seconds: seconds,
  };
}

const keysOf = (id: string) =>
  [2, 3, 4].map((frame) => keyOf(id, frame, 10 + frame, { source: SOURCE, score: 1 - frame / 10 }));

async function open(
  tracks: readonly (readonly [string, Band])[],
  category: Readonly<Record<string, string>> = {},
) {
  const server = new FakeServer();
  server.changeByOther({
    added: {
      tracks: tracks.map(([id]) =>
        trackOf(id, { first_frame: 2, last_frame: 4, category: category[id] ?? 'Car' }),
      ),
      cuboids: tracks.flatMap(([id]) => keysOf(id)),
    },
  });
  const editor = new Editor({
    scene: sceneOf(),
    transport: server,
    journal: new MemoryJournal(),
    delayMs: () => 1,
  });
  await editor.start();
  editor.reviewing.setProposed(tracks.map(([id, band]) => proposedOf(id, band)));
  editor.reviewing.open('review');
  return { editor, server };
}

const many = (count: number, band: Band) => Array.from({ length: count }, (_, i) => [`t${i}`, band] as const);

const listed = (editor: Editor) => editor.reviewing.rows.map(({ track_id }) => track_id);
const openKeys = (editor: Editor) =>
  editor.store.all('cuboids').filter(({ confirmed_by }) => confirmed_by === null).length;

describe('Reviewing', () => {
  let editor: Editor;
  let server: FakeServer;

  beforeEach(async () => {
    ({ editor, server } = await open(
      [
        ['a', 'check'],
        ['b', 'redo'],
        ['c', 'accept'],
        ['d', 'accept'],
      ],
      { b: 'Pedestrian' },
    ));
  });

  it('keeps the order it is given, and begins with the first, where the machine is least sure', () => {
    expect(listed(editor)).toEqual(['a', 'b', 'c', 'd']);
    expect([editor.selectedTrackId, editor.frameIndex]).toEqual(['a', 4]);
  });

  it('goes through the queue and stops at its ends', () => {
    editor.reviewing.step(-1);
    expect(editor.selectedTrackId).toBe('a');
    [1, 2, 3, 4].forEach(() => editor.reviewing.step(1));
    expect(editor.selectedTrackId).toBe('d');
  });

  it('accepts a track as one step and one request, and goes on to the next', async () => {
    editor.reviewing.step(1);
    editor.reviewing.accept();
    expect(editor.selectedTrackId).toBe('c');
    expect(listed(editor)).toEqual(['a', 'c', 'd']);
    expect(editor.store.keysOfTrack('b').every(({ confirmed_by }) => confirmed_by === 'human:local')).toBe(
      true,
    );
    await vi.waitFor(() => expect(server.requests).toHaveLength(1));
    await editor.sync.pull();
    expect(server.requests).toHaveLength(1);
    editor.undo();
    expect(listed(editor)).toEqual(['a', 'b', 'c', 'd']);
    expect(editor.history.canUndo).toBe(false);
  });

  it('goes round to what was left out', () => {
    [1, 2, 3].forEach(() => editor.reviewing.step(1));
    editor.reviewing.accept();
    expect(editor.selectedTrackId).toBe('a');
  });

  it('rejects a track, which undo brings back as it was', () => {
    const before = editor.store.keysOfTrack('a');
    editor.reviewing.reject();
    expect(editor.store.get('tracks', 'a')).toBeUndefined();
    expect(listed(editor)).toEqual(['b', 'c', 'd']);
    expect(countsOf(editor.session.getState().proposed, editor.store)).toMatchObject({ gone: 1, waiting: 3 });
    editor.undo();
    expect(editor.store.keysOfTrack('a')).toEqual(before);
  });

  it('narrows the queue down by band, category and source', () => {
    editor.reviewing.setFilter({ band: 'accept' });
    expect(listed(editor)).toEqual(['c', 'd']);
    expect(editor.selectedTrackId).toBe('c');
    editor.reviewing.setFilter({ band: null, category: 'Pedestrian' });
    expect(listed(editor)).toEqual(['b']);
    editor.reviewing.setFilter({ category: null, source: 'model:other@2' });
    expect(listed(editor)).toEqual([]);
    expect(editor.selectedTrackId).toBeNull();
    editor.reviewing.setFilter({ source: SOURCE });
    expect(listed(editor)).toHaveLength(4);
  });

  it('goes through the bands one after the other', () => {
    const bands = [1, 2, 3, 4].map(() => {
      editor.reviewing.nextBand();
      return editor.session.getState().review.filter.band;
    });
    expect(bands).toEqual(['accept', 'check', 'redo', null]);
  });

  it('leaves the list for the most doubtful frame, and comes back to the same track', () => {
    editor.reviewing.step(1);
    editor.goToFrame(0);
    const commands: string[] = [];
    editor.onCommand((command) => commands.push(command));
    editor.reviewing.jump();
    expect([editor.reviewing.isOpen, editor.frameIndex, editor.selectedTrackId]).toEqual([false, 4, 'b']);
    expect(commands).toEqual(['zoom-to-object']);
    editor.reviewing.toggle();
    expect(editor.selectedTrackId).toBe('b');
  });

  it('does nothing where nothing is proposed', () => {
    editor.reviewing.setProposed([]);
    editor.reviewing.accept();
    editor.reviewing.reject();
    editor.reviewing.step(1);
    editor.reviewing.jump();
    editor.reviewing.askAudit();
    expect(editor.history.canUndo).toBe(false);
    expect(editor.session.getState().notice?.key).toBe('autolabel.nothingToAccept');
  });
});

describe('rejecting what was carried on from a person’s labels', () => {
  it('leaves what the person made, and its life', async () => {
    const { editor } = await open([['a', 'check']]);
    const track = editor.store.get('tracks', 'a') ?? trackOf('a');
    editor.store.transact((tx) => {
      tx.put('cuboids', keyOf('a', 0));
      tx.put('cuboids', keyOf('a', 1));
      tx.put('tracks', { ...track, first_frame: 0 });
    });
    editor.history.close();
    editor.reviewing.reject();
    expect(editor.store.keysOfTrack('a').map(({ frame_index }) => frame_index)).toEqual([0, 1]);
    expect(editor.store.get('tracks', 'a')).toMatchObject({ first_frame: 0, last_frame: 1 });
    editor.undo();
    expect(editor.store.keysOfTrack('a')).toHaveLength(5);
    expect(editor.store.get('tracks', 'a')).toMatchObject({ first_frame: 0, last_frame: 4 });
  });
});

describe('accepting a band after a sample', () => {
  const result = (editor: Editor) => {
    const { audit } = editor.session.getState().review;
    return audit && resultOf(editor.store, audit);
  };

  it('accepts the rest as one step once the sample is looked at', async () => {
    const { editor } = await open([...many(40, 'accept'), ['z', 'check']]);
    editor.reviewing.beginAudit(10);
    expect(listed(editor)).toHaveLength(10);
    editor.reviewing.acceptUnseen();
    expect(openKeys(editor)).toBe(41 * 3);
    for (let i = 0; i < 10; i += 1) {
      expect(result(editor)).toMatchObject({ right: i, wrong: 0, open: 10 - i, unseen: 30 });
      editor.reviewing.accept();
    }
    expect(result(editor)).toMatchObject({ right: 10, open: 0, mostWrong: 9 });
    editor.reviewing.acceptUnseen();
    expect(editor.session.getState().review.audit).toBeNull();
    expect(editor.session.getState().notice).toMatchObject({
      key: 'autolabel.accepted',
      values: { count: 30, wrong: 9 },
    });
    expect(openKeys(editor)).toBe(3);
    expect(listed(editor)).toEqual(['z']);
    editor.undo();
    expect(openKeys(editor)).toBe(31 * 3);
    expect(listed(editor)).toHaveLength(31);
  });

  it('counts what is rejected, corrected or put aside as wrong, and undo takes that back', async () => {
    const { editor } = await open(many(30, 'accept'));
    editor.reviewing.beginAudit(4);
    const [first, second, third] = listed(editor);
    editor.reviewing.reject();
    expect(result(editor)).toMatchObject({ wrong: 1, open: 3 });
    expect(editor.selectedTrackId).toBe(second);
    editor.nudge({ dx: 1 });
    expect(result(editor)).toMatchObject({ wrong: 2, open: 2 });
    editor.reviewing.accept();
    expect(result(editor)).toMatchObject({ wrong: 2, right: 0, open: 2 });
    expect(editor.selectedTrackId).toBe(third);
    editor.reviewing.putAside();
    expect(result(editor)).toMatchObject({ wrong: 3, open: 1 });
    [1, 2, 3].forEach(() => editor.undo());
    expect(result(editor)).toMatchObject({ wrong: 1, open: 3 });
    expect(editor.store.get('tracks', first ?? '')).toBeDefined();
  });

  it('does not accept what was put aside', async () => {
    const { editor } = await open(many(12, 'accept'));
    editor.reviewing.beginAudit(3);
    const aside = editor.selectedTrackId ?? '';
    editor.reviewing.putAside();
    editor.reviewing.accept();
    editor.reviewing.accept();
    editor.reviewing.acceptUnseen();
    expect(listed(editor)).toEqual([aside]);
  });

  it('can look at more', async () => {
    const { editor } = await open(many(30, 'accept'));
    editor.reviewing.beginAudit(2);
    editor.reviewing.accept();
    editor.reviewing.accept();
    const before = result(editor)?.mostWrong ?? 0;
    editor.reviewing.lookAtMore(10);
    expect(result(editor)).toMatchObject({ sampled: 12, open: 10, unseen: 18 });
    for (let i = 0; i < 10; i += 1) {
      editor.reviewing.accept();
    }
    expect(result(editor)).toMatchObject({ right: 12, open: 0 });
    expect(result(editor)?.mostWrong).toBeLessThan(before);
  });
});
