import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { Finding } from '../../api/types';
import { Editor } from '../../editor/editor';
import type { TrackId } from '../../model/ids';
import { MemoryJournal } from '../../store/journal';
import { FakeServer, keyOf, sceneOf, trackOf } from '../../store/testing';
import { goToFinding } from './go_to_finding';

const finding = (rule: string, fields: Partial<Finding> = {}): Finding => ({
  rule,
  severity: 'warning',
  sentence: `${rule} of Car 7`,
  frame_index: 6,
  track_id: 'a' as TrackId,
  label_ids: ['a0', 'a6'],
  value: 12,
  details: { object: 'Car 7', from_frame: 5 },
  ...fields,
});

describe('goToFinding', () => {
  let editor: Editor;
  let commands: string[];

  beforeEach(async () => {
    const server = new FakeServer();
    server.changeByOther({
      added: {
        tracks: [trackOf('a', { last_frame: 8 }), trackOf('b')],
        cuboids: [keyOf('a', 0), keyOf('a', 8), keyOf('b', 0)],
      },
    });
    editor = new Editor({
      scene: sceneOf(),
      transport: server,
      journal: new MemoryJournal(),
      delayMs: () => 1,
    });
    await editor.start();
    editor.select('b' as TrackId);
    commands = [];
    editor.onCommand((command) => commands.push(command));
  });
  afterEach(() => editor.dispose());

  it.each(['speed', 'acceleration', 'yaw_rate', 'slip', 'reversed_heading'])(
    'goes to the frame and the object of %s',
    (rule) => {
      goToFinding(editor, finding(rule));
      expect(editor.frameIndex).toBe(6);
      expect(editor.selectedTrackId).toBe('a');
      // What is derived between keys has a motion, too.
      expect(editor.selected?.is_key).toBe(false);
      expect(commands).toEqual(['zoom-to-object']);
    },
  );

  it('goes to the frame alone where the object is gone, and says so', () => {
    goToFinding(editor, finding('speed', { track_id: 'gone' as TrackId }));
    expect(editor.frameIndex).toBe(6);
    expect(editor.selectedTrackId).toBe('b');
    expect(editor.session.getState().notice?.key).toBe('findings.gone');
  });

  it('stays where a finding is about the whole scene', () => {
    goToFinding(editor, finding('speed', { frame_index: null, track_id: null }));
    expect([editor.frameIndex, editor.selectedTrackId, commands]).toEqual([0, 'b', []]);
  });
});
