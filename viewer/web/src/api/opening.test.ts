import { afterEach, expect, test, vi } from 'vitest';

import type { SceneId } from '../model/ids';
import type { Cloud } from './cloud';
import { openScene, sceneOfPath, takeLabels, takePointsClient, takeScene } from './opening';
import { PointsClient } from './points';

const id = 'a b' as SceneId;

function answerWith(answers: Readonly<Record<string, unknown>>) {
  const asked: string[] = [];
  vi.stubGlobal('fetch', (url: string) => {
    asked.push(url);
    return Promise.resolve(Response.json(answers[url] ?? {}, { status: url in answers ? 200 : 404 }));
  });
  return asked;
}

function pointsClient() {
  const loaded: string[] = [];
  const client = new PointsClient({
    load: (url) => {
      loaded.push(url);
      return new Promise<Cloud>(() => undefined);
    },
    dispose: () => undefined,
  });
  return { client, loaded };
}

const answers = {
  '/api/scenes/a%20b': {
    id,
    frames: [{ points_url: '/points/0', image_urls: { front: '/image?v=1' } }, { points_url: '/points/1' }],
  },
  '/api/scenes/a%20b/labels': { revision: 7 },
};

afterEach(() => {
  vi.unstubAllGlobals();
});

test('only the address of a scene names one', () => {
  expect(sceneOfPath('/scenes/a%20b')).toBe('a b');
  expect(sceneOfPath('/scenes/a/')).toBe('a');
  expect(sceneOfPath('/')).toBeNull();
  expect(sceneOfPath('/projects/a')).toBeNull();
  expect(sceneOfPath('/scenes/a/b')).toBeNull();
});

test('scene, labels and the first points are asked for at once and taken once', async () => {
  const asked = answerWith(answers);
  const { client, loaded } = pointsClient();
  const images: string[] = [];
  void openScene(id, client, (url) => images.push(url));
  expect(asked).toEqual(['/api/scenes/a%20b', '/api/scenes/a%20b/labels']);
  expect((await takeScene(id)).id).toBe(id);
  expect((await takeLabels(id)).revision).toBe(7);
  expect(asked).toHaveLength(2);
  expect(loaded).toEqual(['/points/0']);
  expect(images).toEqual(['/image?v=1&width=640']);
  expect(takePointsClient()).toBe(client);
  expect(takePointsClient()).not.toBe(client);
  await takeScene(id);
  await takeLabels(id);
  expect(asked).toHaveLength(4);
});

test('another scene is asked for anew', async () => {
  const asked = answerWith({ ...answers, '/api/scenes/other': { id: 'other', frames: [] } });
  void openScene(id, pointsClient().client, () => undefined);
  expect((await takeScene('other' as SceneId)).id).toBe('other');
  expect(asked.at(-1)).toBe('/api/scenes/other');
});

test('a failure reaches who takes it, and the next attempt asks again', async () => {
  answerWith({});
  void openScene(id, pointsClient().client, () => undefined);
  await expect(takeScene(id)).rejects.toThrow();
  await expect(takeLabels(id)).rejects.toThrow();
  answerWith(answers);
  expect((await takeScene(id)).id).toBe(id);
});

test('points are left to the viewport that took them over', async () => {
  answerWith(answers);
  const { client, loaded } = pointsClient();
  void openScene(id, client, () => undefined);
  takePointsClient();
  await takeScene(id);
  expect(loaded).toEqual([]);
});
