/** What can be done with the chosen frames, with the keys that do the same. */
import { Button, Progress } from '@mantine/core';
import {
  IconArrowsLeftRight,
  IconCheck,
  IconCopy,
  IconDiamond,
  IconFocusCentered,
  IconTimeline,
  IconTrash,
  IconWand,
  IconX,
  IconZoomIn,
  IconZoomOut,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import { trackName } from '../../model/names';
import type { Track } from '../../model/records';
import { Hint } from '../../ui/hint';
import { IconButton } from '../../ui/icon_button';
import { useEditor, useLabelVersion, useSession } from '../editor_context';
import { keyOf } from '../key_hints';
import type { CellPictures } from './pictures';

const ZOOM_STEP = 1.2;

interface GridToolbarProps {
  readonly track: Track | undefined;
  readonly pictures: CellPictures;
}

export function GridToolbar({ track, pictures }: GridToolbarProps) {
  const { t } = useTranslation();
  const { grid } = useEditor();
  const fitting = useSession((state) => state.batchGrid?.fitting ?? null);
  return (
    <header className="tb-grid-bar">
      <TrackTitle track={track} />
      <span style={{ flex: 1 }} />
      {fitting === null ? <Verbs /> : <FitProgress {...fitting} />}
      <span className="tb-grid-divider" />
      <IconButton
        label={t('grid.smaller')}
        icon={<IconZoomOut size={17} />}
        onClick={() => pictures.setZoom(pictures.zoom / ZOOM_STEP)}
        testId="grid-smaller"
      />
      <IconButton
        label={t('grid.larger')}
        icon={<IconZoomIn size={17} />}
        onClick={() => pictures.setZoom(pictures.zoom * ZOOM_STEP)}
        testId="grid-larger"
      />
      <IconButton
        label={t('grid.close')}
        keys={keyOf('grid_close')}
        icon={<IconX size={17} />}
        onClick={() => grid.close()}
        testId="grid-close"
      />
    </header>
  );
}

function TrackTitle({ track }: { readonly track: Track | undefined }) {
  const { t } = useTranslation();
  const editor = useEditor();
  useLabelVersion();
  const chosen = useSession((state) => state.batchGrid?.frames.length ?? 0);
  if (track === undefined) {
    return <h2>{t('grid.title')}</h2>;
  }
  const { first_frame: first, last_frame: last } = track;
  const keys = editor.store.keysOfTrack(track.id).length;
  return (
    <>
      <span className="tb-swatch" style={{ background: editor.category(track.category).color }} />
      <h2 className="tb-ellipsis">{trackName(track)}</h2>
      <span className="tb-grid-facts tb-ellipsis">
        {t('grid.frames', { first, last })} · {t('grid.keys', { keys, count: last - first + 1 })}
      </span>
      <span className="tb-grid-facts" data-testid="grid-chosen">
        {t('grid.chosen', { count: chosen })}
      </span>
    </>
  );
}

function Verbs() {
  const { t } = useTranslation();
  const editor = useEditor();
  const { grid } = editor;
  return (
    <>
      <Hint label={t('grid.fitAllHint')} keys={keyOf('grid_fit_all')}>
        <Button
          size="compact-sm"
          variant="light"
          leftSection={<IconWand size={14} />}
          onClick={() => void grid.fit('all')}
          data-testid="grid-fit-all"
        >
          {t('grid.fitAll')}
        </Button>
      </Hint>
      <IconButton
        label={t('grid.fit')}
        keys={keyOf('grid_fit')}
        icon={<IconFocusCentered size={17} />}
        onClick={() => void grid.fit('chosen')}
        testId="grid-fit"
      />
      <IconButton
        label={t('grid.interpolate')}
        keys={keyOf('grid_interpolate')}
        icon={<IconTimeline size={17} />}
        onClick={() => grid.interpolate()}
        testId="grid-interpolate"
      />
      <IconButton
        label={t('grid.toggleKey')}
        keys={keyOf('grid_toggle_key')}
        icon={<IconDiamond size={17} />}
        onClick={() => grid.toggleKeys()}
        testId="grid-toggle-key"
      />
      <IconButton
        label={t('grid.copy')}
        keys={keyOf('grid_copy')}
        icon={<IconCopy size={17} />}
        onClick={() => grid.copy()}
        testId="grid-copy"
      />
      <IconButton
        label={t('grid.flip')}
        keys={keyOf('flip_heading')}
        icon={<IconArrowsLeftRight size={17} />}
        onClick={() => editor.flipHeading()}
        testId="grid-flip"
      />
      <IconButton
        label={t('grid.confirm')}
        keys={keyOf('grid_confirm')}
        icon={<IconCheck size={17} />}
        onClick={() => grid.confirm()}
        testId="grid-confirm"
      />
      <IconButton
        label={t('grid.delete')}
        keys={keyOf('grid_delete')}
        icon={<IconTrash size={17} />}
        onClick={() => grid.remove()}
        isDanger
        testId="grid-delete"
      />
    </>
  );
}

function FitProgress({ done, count }: { readonly done: number; readonly count: number }) {
  const { t } = useTranslation();
  const { grid } = useEditor();
  const text = t('grid.fitting', { done, count });
  return (
    <>
      <span className="tb-grid-facts" role="status" data-testid="grid-fitting">
        {text}
      </span>
      <Progress w={140} value={(100 * done) / Math.max(1, count)} aria-label={text} />
      <Button
        size="compact-sm"
        variant="default"
        onClick={() => grid.cancelFit()}
        data-testid="grid-fit-cancel"
      >
        {t('grid.cancel')}
      </Button>
    </>
  );
}
