import { afterEach, expect, it } from 'vitest';

import type { TrackId } from '../model/ids';
import type { TrackMotion } from '../model/proposals';
import { MemoryJournal } from '../store/journal';
import { FakeServer, keyOf, sceneOf, trackOf } from '../store/testing';
import { Editor } from './editor';
import { noProposer } from './proposer';

const A = 'a' as TrackId;
const REASON = { code: 'still', values: {}, sentence: '' };
let editor: Editor;
let asked = 0;

async function open(answer: () => Promise<readonly TrackMotion[]>) {
  asked = 0;
  const server = new FakeServer();
  server.changeByOther({
    added: { tracks: [trackOf('a', { last_frame: 15 })], cuboids: [keyOf('a', 0, 20), keyOf('a', 15, 5)] },
  });
  const motion = () => {
    asked += 1;
    return answer();
  };
  editor = new Editor({
    scene: sceneOf(),
    transport: server,
    journal: new MemoryJournal(),
    proposer: { ...noProposer, motion },
    delayMs: () => 1,
  });
  await editor.start();
}

const track = () => editor.store.get('tracks', A) ?? trackOf('a');
const ask = () => editor.standing.ask(track());
const said = (motion: TrackMotion['motion']) => () =>
  Promise.resolve([{ track_id: A, motion, reason: REASON, moved_m: 0.3 }]);

afterEach(() => editor.dispose());

it('asks once for each version of a track', async () => {
  await open(said('parked'));
  expect(await ask()).toMatchObject({ moved_m: 0.3, duration_s: expect.closeTo(1.5, 6) as number });
  await ask();
  expect(asked).toBe(1);
  editor.select(A);
  editor.nudge({ dx: 0.1 });
  await ask();
  expect(asked).toBe(2);
});

it.each(['moving', 'unknown'] as const)('suggests nothing for what is %s', async (motion) => {
  await open(said(motion));
  expect(await ask()).toBeNull();
});

it('asks again after a failure, and knows a rule of its own meanwhile', async () => {
  await open(() => Promise.reject(new Error('offline')));
  await expect(ask()).rejects.toThrow('offline');
  await expect(ask()).rejects.toThrow('offline');
  expect(asked).toBe(2);
  expect(editor.standing.guess(track())?.moved_m).toBeCloseTo(0, 6);
});

it('asks nothing about what is static already', async () => {
  await open(said('parked'));
  editor.tracks.setStatic(A, true);
  expect(await ask()).toBeNull();
  expect(asked).toBe(0);
});
