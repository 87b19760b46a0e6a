/** The tracks of the queue, each with a strip of pictures; hundreds cost as much as the few in sight. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';

import type { Editor } from '../../../editor/editor';
import type { ProposedTrack } from '../../../model/autolabel';
import { useEditor, useSession } from '../../editor_context';
import type { TrackPictures } from '../pictures';
import { STRIP_HEIGHT_PX, type StripLayout, stripLayout } from '../strip_layout';
import { TrackRow } from './track_row';

const ROW_PX = STRIP_HEIGHT_PX + 28;

interface TrackListProps {
  readonly rows: readonly ProposedTrack[];
  readonly createPictures: (editor: Editor) => TrackPictures;
}

export function TrackList({ rows, createPictures }: TrackListProps) {
  const { t } = useTranslation();
  const editor = useEditor();
  const box = useRef<HTMLDivElement>(null);
  const pictures = usePictures(editor, createPictures);
  const layout = useLayout(box, pictures, editor.scene.cameras.length > 0);
  const selected = useSession((state) => state.selectedTrackId);
  const isCovered = useSession((state) => state.batchGrid !== null);
  // The compiler skips this component, as it should: rows are drawn anew at each scroll.
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => rows[index]?.track_id ?? index,
    overscan: 1,
    // In tests without layout some rows are drawn all the same.
    initialRect: { width: 960, height: 480 },
  });
  const current = rows.findIndex(({ track_id }) => track_id === selected);
  useEffect(() => {
    if (current >= 0) {
      virtual.scrollToIndex(current, { align: 'auto' });
    }
  }, [virtual, current]);
  const items = virtual.getVirtualItems();
  const seen = items.map(({ index }) => rows[index]?.track_id).join(' ');
  useEffect(() => pictures.setOrder(seen.split(' ')), [pictures, seen]);
  return (
    <div ref={box} className="tb-review-scroll" data-testid="review-list">
      <div
        role="grid"
        aria-label={t('autolabel.queue')}
        aria-rowcount={rows.length}
        style={{ height: virtual.getTotalSize(), position: 'relative' }}
      >
        {items.map(({ index, key, start }) => {
          const row = rows[index];
          return row === undefined ? null : (
            <TrackRow
              key={key}
              proposed={row}
              index={index}
              top={start}
              height={ROW_PX}
              layout={layout}
              pictures={pictures}
              isCurrent={index === current}
              isCovered={isCovered}
            />
          );
        })}
      </div>
    </div>
  );
}

/** Made with the list and thrown away with it: closed, it costs no memory. */
function usePictures(editor: Editor, create: TrackListProps['createPictures']): TrackPictures {
  const [pictures] = useState(() => create(editor));
  useEffect(() => pictures.start(), [pictures]);
  useSyncExternalStore(
    (listener) => pictures.subscribe(listener),
    () => pictures.version,
  );
  return pictures;
}

/** Follows the width that there is. */
function useLayout(
  box: RefObject<HTMLDivElement | null>,
  pictures: TrackPictures,
  hasPicture: boolean,
): StripLayout {
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
  const layout = stripLayout(widthPx, hasPicture);
  const { width, height } = layout.cellPx;
  useEffect(() => pictures.setCellSize({ width, height }), [pictures, width, height]);
  return layout;
}
