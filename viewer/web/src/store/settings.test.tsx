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
