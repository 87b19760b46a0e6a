/** What can be done with the selected object, with the keys that do the same. */
import {
  IconArrowsLeftRight,
  IconCheck,
  IconCopyPlus,
  IconDiamond,
  IconDiamondOff,
  IconRotate2,
  IconTrash,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import { isUnconfirmed } from '../../editor/selection';
import type { ResolvedCuboid } from '../../geometry/interpolate';
import { IconButton } from '../../ui/icon_button';
import { useEditor } from '../editor_context';
import { keyOf } from '../key_hints';
import { FitMenu } from './fit_menu';

export function ActionButtons({ selected }: { readonly selected: ResolvedCuboid }) {
  const { t } = useTranslation();
  const editor = useEditor();
  const { cuboid, track, is_key } = selected;
  const keyCount = editor.store.keysOfTrack(track.id).length;
  const isLast = editor.frameIndex >= editor.scene.frames.length - 1;
  return (
    <footer className="tb-actions">
      <FitMenu />
      <IconButton
        label={t('properties.flip')}
        keys={keyOf('flip_heading')}
        icon={<IconArrowsLeftRight size={18} />}
        onClick={() => editor.flipHeading()}
        position="top"
        testId="action-flip"
      />
      <IconButton
        label={t('properties.rotate')}
        keys={keyOf('turn_left_90')}
        icon={<IconRotate2 size={18} />}
        onClick={() => editor.rotate90()}
        position="top"
        testId="action-rotate90"
      />
      <IconButton
        label={t('properties.copyNext')}
        keys={keyOf('copy_to_next')}
        icon={<IconCopyPlus size={18} />}
        onClick={() => editor.tracks.copyToFrame(track.id)}
        disabled={isLast}
        position="top"
        testId="action-copy-next"
      />
      <IconButton
        label={is_key ? t('properties.removeKey') : t('properties.addKey')}
        keys={keyOf('toggle_key')}
        icon={is_key ? <IconDiamondOff size={18} /> : <IconDiamond size={18} />}
        onClick={() => editor.tracks.toggleKey(track.id)}
        disabled={is_key && keyCount < 2}
        position="top"
        testId="action-toggle-key"
      />
      {isUnconfirmed(cuboid) ? (
        <IconButton
          label={t('properties.confirm')}
          keys={keyOf('confirm')}
          icon={<IconCheck size={18} />}
          className="tb-action-confirm"
          onClick={() => editor.group.confirm()}
          position="top"
          testId="action-confirm"
        />
      ) : null}
      <span style={{ flex: 1 }} />
      <IconButton
        label={t('properties.deleteHere')}
        keys={keyOf('delete_cuboid')}
        icon={<IconTrash size={18} />}
        onClick={() => editor.tracks.deleteCuboid(track.id)}
        isDanger
        position="top"
        testId="action-delete"
      />
      <IconButton
        label={t('properties.deleteTrack')}
        keys={keyOf('delete_track')}
        icon={<TrashAll />}
        onClick={() => editor.tracks.deleteTrack(track.id)}
        isDanger
        position="top"
        testId="action-delete-track"
      />
    </footer>
  );
}

/** Two frames behind each other with the bin in front: the whole track goes. */
function TrashAll() {
  return (
    <svg
      width="18"
      height="18"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      aria-hidden="true"
    >
      <path d="M9 4h9a2 2 0 0 1 2 2v9" strokeLinecap="round" opacity="0.55" />
      <path
        d="M4 10h12M8.500 13.500v4M11.500 13.500v4M5 10l.8 9a2 2 0 0 0 2 2h4.400a2 2 0 0 0 2-2l.8-9M8 10V8h4v2"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
