/** How clouds look. */
import { COLOR_MODES, MERGED_MODES } from '../../store/session';
import type { Editor } from '../editor';
import { type Action, action } from './action';

export const DISPLAY: readonly Action[] = [
  action('view', 'merged_cloud', ['Shift+M'], ({ session }) =>
    session.setState(({ merged }) => ({ merged: after(MERGED_MODES, merged) })),
  ),
  action('view', 'hide_ground', ['Shift+H'], ({ session }) =>
    session.setState(({ showGround }) => ({ showGround: !showGround })),
  ),
  action('view', 'eye_dome', [], ({ session }) => session.setState(({ eyeDome }) => ({ eyeDome: !eyeDome }))),
  action('view', 'color_points', [], ({ session }) =>
    session.setState(({ colorMode }) => ({ colorMode: after(COLOR_MODES, colorMode) })),
  ),
  action('view', 'clear_clips', [], clearClips, { isEnabled: hasClips }),
];

/** The next of a list, round and round. */
function after<T>(values: readonly T[], value: T): T {
  return values[(values.indexOf(value) + 1) % values.length] ?? value;
}

function clearClips({ session }: Editor): void {
  session.setState({ heightClip: null, distanceClip: null });
}

function hasClips({ session }: Editor): boolean {
  const { heightClip, distanceClip } = session.getState();
  return heightClip !== null || distanceClip !== null;
}
