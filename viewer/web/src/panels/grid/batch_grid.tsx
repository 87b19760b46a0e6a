/** The selected object in all of its frames at once: every cell is live and can be edited. */
import { IconLayoutGrid } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';

import type { Editor } from '../../editor/editor';
import { trackName } from '../../model/names';
import type { Track } from '../../model/records';
import type { BatchGrid as State } from '../../store/session';
import { Empty } from '../../ui/empty';
import { useEditor, useLabelVersion, useSession } from '../editor_context';
import { GridCell } from './grid_cell';
import { GAP_PX, type GridLayout, fetchOrder, layoutOf } from './grid_layout';
import { GridToolbar } from './grid_toolbar';
import './grid.css';
import type { CellPictures } from './pictures';

interface BatchGridProps {
  readonly createPictures: (editor: Editor) => CellPictures;
}

export function BatchGrid({ createPictures }: BatchGridProps) {
  const isOpen = useSession((state) => state.batchGrid !== null);
  return isOpen ? <OpenGrid createPictures={createPictures} /> : null;
}

function OpenGrid({ createPictures }: BatchGridProps) {
  const { t } = useTranslation();
  const editor = useEditor();
  useLabelVersion();
  const trackId = useSession((state) => state.selectedTrackId);
  const state = useSession((session) => session.batchGrid);
  const pictures = usePictures(editor, createPictures);
  const track = trackId === null ? undefined : editor.store.get('tracks', trackId);
  const shown = useRef(trackId);
  useEffect(() => {
    // Another object: its own frames, from the one at hand.
    if (shown.current !== trackId && trackId !== null) {
      editor.grid.open(editor.grid.state?.focus);
    }
    shown.current = trackId;
  }, [editor, trackId]);
  return (
    <section
      className="tb-grid"
      aria-label={t('grid.title')}
      data-testid="batch-grid"
      data-region
      data-covers
    >
      <GridToolbar track={track} pictures={pictures} />
      {track === undefined ? (
        <Empty icon={<IconLayoutGrid size={20} />} title={t('grid.nothing')} text={t('grid.nothingHint')} />
      ) : null}
      {track !== undefined && state !== null ? (
        <Cells key={track.id} track={track} state={state} pictures={pictures} />
      ) : null}
    </section>
  );
}

/** Made with the grid and thrown away with it: closed, it costs no memory. */
function usePictures(editor: Editor, create: BatchGridProps['createPictures']): CellPictures {
  const [pictures] = useState(() => create(editor));
  useEffect(() => pictures.start(), [pictures]);
  return pictures;
}

interface CellsProps {
  readonly track: Track;
  readonly state: State;
  readonly pictures: CellPictures;
}

function Cells({ track, state, pictures }: CellsProps) {
  const { t } = useTranslation();
  const editor = useEditor();
  const box = useRef<HTMLDivElement>(null);
  const layout = useLayout(box, editor, pictures);
  const current = useSession((session) => session.frameIndex);
  useSyncExternalStore(
    (listener) => pictures.subscribe(listener),
    () => pictures.version,
  );
  const { first, last } = editor.grid.shown;
  const { columns, cellPx } = layout;
  const count = Math.ceil((last - first + 1) / columns);
  const rowPx = cellPx.height + GAP_PX;
  // The compiler skips this component, as it should: rows are drawn anew at each scroll.
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => box.current,
    estimateSize: () => rowPx,
    overscan: 1,
    paddingStart: GAP_PX,
    paddingEnd: GAP_PX,
    // In tests without layout some rows are drawn all the same.
    initialRect: { width: 960, height: 480 },
  });
  useEffect(() => virtual.measure(), [virtual, rowPx]);
  const rows = virtual.getVirtualItems().map((row) => row.index);
  const focusRow = Math.floor((state.focus - first) / columns);
  useEffect(() => {
    virtual.scrollToIndex(focusRow, { align: 'auto' });
  }, [virtual, focusRow]);
  const seen = rows.join();
  useEffect(() => {
    pictures.setOrder(fetchOrder(seen.split(',').map(Number), columns, first, last));
  }, [pictures, seen, columns, first, last]);
  const chosen = new Set(state.frames);
  const cell = (frameIndex: number, column: number) => (
    <GridCell
      key={frameIndex}
      frameIndex={frameIndex}
      column={column}
      width={cellPx.width}
      height={cellPx.height}
      resolved={editor.grid.resolved(frameIndex)}
      isChosen={chosen.has(frameIndex)}
      isFocused={frameIndex === state.focus}
      isCurrent={frameIndex === current}
      state={pictures.stateOf(frameIndex)}
      pictures={pictures}
    />
  );
  return (
    <div ref={box} className="tb-grid-scroll" data-testid="grid-scroll">
      <div
        role="grid"
        aria-label={t('grid.cells', { name: trackName(track) })}
        aria-rowcount={count}
        aria-colcount={columns}
        aria-multiselectable="true"
        style={{ height: virtual.getTotalSize(), position: 'relative' }}
      >
        {virtual.getVirtualItems().map(({ index, start }) => (
          <div
            key={index}
            role="row"
            aria-rowindex={index + 1}
            className="tb-grid-row"
            style={{ transform: `translateY(${start}px)` }}
          >
            {fetchOrder([index], columns, first, last).map(cell)}
          </div>
        ))}
      </div>
    </div>
  );
}

/** Follows the width that there is. */
function useLayout(
  box: React.RefObject<HTMLDivElement | null>,
  editor: Editor,
  pictures: CellPictures,
): GridLayout {
  const [widthPx, setWidthPx] = useState(960);
  useEffect(() => {
    const element = box.current;
    if (element === null) {
      return undefined;
    }
    const observer = new ResizeObserver(() => setWidthPx(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, [box]);
  const layout = layoutOf(widthPx);
  const { columns, picturePx } = layout;
  const { width, height } = picturePx;
  useEffect(() => {
    Object.assign(editor.grid, { columns });
    pictures.setCellSize({ width, height });
  }, [editor, pictures, columns, width, height]);
  return layout;
}
