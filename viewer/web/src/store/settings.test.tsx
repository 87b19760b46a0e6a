import { beforeEach, describe, expect, it } from 'vitest';

import { createSession } from './session';
import { keepSettings, settingsOf } from './settings';
import { sceneOf } from './testing';

const KEY = 'truebox.settings';

describe('settings', () => {
  beforeEach(() => localStorage.clear());

  it('are found again by the next session, and only those that are saved', () => {
    const session = createSession(sceneOf());
    const stop = keepSettings(session);
    session.setState({
      pointSize: 4.5,
      colorMode: 'intensity',
      showGrid: false,
      frameIndex: 7,
      playbackSpeed: 2,
    });
    const next = createSession(sceneOf());
    keepSettings(next);
    expect(next.getState()).toMatchObject({
      pointSize: 4.5,
      colorMode: 'intensity',
      showGrid: false,
      frameIndex: 0,
      playbackSpeed: 2,
    });
    stop();
    session.setState({ pointSize: 1 });
    expect(localStorage.getItem(KEY)).toContain('4.5');
  });

  it('keep how big clouds are shown', () => {
    const chosen = {
      colorMode: 'ring',
      pointBudget: 250_000,
      heightClip: [-1, 3],
      distanceClip: 60,
      intensityPercentiles: [5, 95],
      eyeDome: true,
    } as const;
    const session = createSession(sceneOf());
    keepSettings(session);
    session.setState({ ...chosen, merged: 'scene' });
    const next = createSession(sceneOf());
    keepSettings(next);
    expect(next.getState()).toMatchObject({ ...chosen, merged: 'off' });
    session.setState({ heightClip: null, distanceClip: null });
    const last = createSession(sceneOf());
    keepSettings(last);
    expect(last.getState()).toMatchObject({ ...chosen, heightClip: null, distanceClip: null });
  });

  it('write nothing while nothing of them changes', () => {
    const session = createSession(sceneOf());
    keepSettings(session);
    session.setState({ frameIndex: 3 });
    expect(localStorage.getItem(KEY)).toBeNull();
  });

  it.each([
    [{ pointSize: 'big' }],
    [{ pointSize: 900 }],
    [{ pointSize: null }],
    [{ colorMode: 'plaid' }],
    [{ sweeps: 3 }],
    [{ showGrid: 1 }],
    [{ playbackSpeed: 0 }],
    [{ recentActions: [1] }],
    [{ frameIndex: 3 }],
    [{ constructor: 1 }],
    [{ pointBudget: 0 }],
    [{ pointBudget: null }],
    [{ heightClip: [3, -1] }],
    [{ heightClip: [0, '2'] }],
    [{ heightClip: [0, 1, 2] }],
    [{ distanceClip: -5 }],
    [{ intensityPercentiles: null }],
    [{ intensityPercentiles: [2, 101] }],
    [{ eyeDome: 'yes' }],
    [{ merged: 'scene' }],
    [{ cloudProgress: null }],
  ])('ignore %o', (values) => {
    expect(settingsOf({ version: 1, values })).toEqual({});
  });

  it('keep what is good beside what is not', () => {
    expect(settingsOf({ version: 1, values: { pointSize: 3, sweeps: 3 } })).toEqual({ pointSize: 3 });
  });

  it.each(['', '{', '[]', 'null', '{"version":2,"values":{"pointSize":3}}', '{"version":1,"values":[]}'])(
    'begin anew where %s is stored',
    (text) => {
      localStorage.setItem(KEY, text);
      const session = createSession(sceneOf());
      keepSettings(session);
      expect(session.getState().pointSize).toBe(createSession(sceneOf()).getState().pointSize);
    },
  );
});
