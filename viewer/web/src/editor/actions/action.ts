/** What one entry of the table of actions is, and how one is made. */
import type { Editor, HoldOption } from '../editor';

export type ActionGroup =
  | 'create'
  | 'move'
  | 'size'
  | 'fit'
  | 'object'
  | 'track'
  | 'frame'
  | 'grid'
  | 'review'
  | 'view'
  | 'image'
  | 'app';

export interface Action {
  readonly id: string;
  /** i18n key of what it is called. */
  readonly titleKey: string;
  readonly group: ActionGroup;
  /** `Ctrl+Z`; the first is shown, all work. Names are those of `KeyboardEvent.key`, letters in upper case. */
  readonly keys: readonly string[];
  /** Whether holding the key down repeats it. */
  readonly repeats: boolean;
  /** Whether the key works while one writes into a field, too. */
  readonly everywhere: boolean;
  /** i18n key of why it may not be possible. */
  readonly whyNotKey: string;
  isEnabled(editor: Editor): boolean;
  run(editor: Editor, hold: HoldOption): void;
}

interface ActionExtras {
  readonly repeats?: boolean;
  readonly everywhere?: boolean;
  readonly isEnabled?: (editor: Editor) => boolean;
  readonly whyNotKey?: string;
}

/** An action of any kind; its text stands under `actions.<id>`. */
export function action(
  group: ActionGroup,
  id: string,
  keys: readonly string[],
  run: (editor: Editor, hold: HoldOption) => void,
  { repeats = false, everywhere = false, isEnabled = () => true, whyNotKey }: ActionExtras = {},
): Action {
  const whyNot = whyNotKey ?? WHY_NOT.get(isEnabled) ?? 'whyNot.other';
  return {
    id,
    titleKey: `actions.${id}`,
    group,
    keys,
    repeats,
    everywhere,
    whyNotKey: whyNot,
    isEnabled,
    run,
  };
}

/** The selected object has a cuboid in the frame on screen. */
export const hasSelected = (editor: Editor): boolean => editor.selected !== null || editor.grid.isOpen;
/** Something is selected, in this frame or not. */
export const hasTrack = (editor: Editor): boolean => editor.selectedTrackId !== null;

const WHY_NOT: ReadonlyMap<ActionExtras['isEnabled'], string> = new Map([
  [hasSelected, 'whyNot.cuboid'],
  [hasTrack, 'whyNot.track'],
]);

/** An action on the selected object's cuboid of this frame. */
export const onSelected = (
  group: ActionGroup,
  id: string,
  keys: readonly string[],
  run: (editor: Editor, hold: HoldOption) => void,
): Action => action(group, id, keys, run, { isEnabled: hasSelected });
