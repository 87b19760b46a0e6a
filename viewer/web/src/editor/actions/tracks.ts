/** Whole tracks: carried on, labelled once, cut, joined. */
import type { Editor } from '../editor';
import { type Action, action, hasTrack } from './action';

const track = (id: string, keys: readonly string[], run: (editor: Editor) => void): Action =>
  action('track', id, keys, run, { isEnabled: hasTrack });

export const TRACKS: readonly Action[] = [
  track('extend_forward', ['Alt+E'], (editor) => void editor.propagation.extend(['forward'])),
  track('extend_back', ['Alt+Q'], (editor) => void editor.propagation.extend(['back'])),
  track('extend_both', ['Shift+E'], (editor) => void editor.propagation.extend(['forward', 'back'])),
  track('static', ['O'], (editor) => editor.tracks.toggleStatic()),
  track('snap', ['Shift+O'], (editor) => void editor.propagation.snap()),
  track('thin', ['Alt+K'], (editor) => void editor.propagation.thin()),
  track('life_begins', ['['], (editor) => editor.tracks.beginLifeHere()),
  track('life_ends', [']'], (editor) => editor.tracks.endLifeHere()),
  track('split', ['Shift+K'], (editor) => editor.tracks.split()),
  track('merge', ['M'], (editor) => editor.tracks.beginMerge()),
  track('size_everywhere', ['Alt+M'], (editor) => editor.tracks.useSizeEverywhere()),
  track('best_frame', ['Y'], (editor) => void editor.propagation.goToBestFrame()),
  action('track', 'trajectory', ['Shift+Y'], (editor) =>
    editor.session.setState(({ showTrajectory }) => ({ showTrajectory: !showTrajectory })),
  ),
];
