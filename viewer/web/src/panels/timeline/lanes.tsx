/** All tracks over time, one lane each, with their names; a scene may have thousands. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Editor } from '../../editor/editor';
import { trackName } from '../../model/names';
import { useEditor, useLabelVersion, useSession } from '../editor_context';
import { peopleByTrack, usePeopleByTrack } from '../people';
import { PersonTags } from '../person_tags';
import { drawLanes, drawPlayhead, type TrackRow, trackRows } from './draw_timeline';
import { type Painting, TimelineCanvas } from './timeline_canvas';
import { LANE_PX, laneAt } from './timeline_layout';

export function Lanes() {
  const { t } = useTranslation();
  const editor = useEditor();
  useLabelVersion();
  const [scroller, setScroller] = useState<HTMLElement | null>(null);
  const rows = trackRows(editor);
  const rowAt = useCallback(
    (y: number) => {
      const current = trackRows(editor);
      return current[laneAt(y, current.length) ?? -1]?.track.id ?? null;
    },
    [editor],
  );
  const press = useCallback((_frame: number, y: number) => editor.select(rowAt(y)), [editor, rowAt]);
  const hover = useCallback(
    (y: number | null) => editor.hover(y === null ? null : rowAt(y)),
    [editor, rowAt],
  );
  if (rows.length === 0) {
    return <p className="tb-lanes tb-lanes-empty">{t('timeline.noTracks')}</p>;
  }
  const heightPx = rows.length * LANE_PX;
  return (
    <div
      ref={setScroller}
      className="tb-lanes"
      role="group"
      aria-label={t('common.tracks', { count: rows.length })}
      tabIndex={0}
      onMouseLeave={() => editor.hover(null)}
      data-testid="lanes"
    >
      <div className="tb-lanes-content" style={{ height: heightPx }}>
        <LaneNames rows={rows} scroller={scroller} />
        <div>
          <TimelineCanvas
            height={`min(${heightPx}px, var(--tb-lanes-height))`}
            label={t('common.tracks', { count: rows.length })}
            paint={paintLanes}
            onPress={press}
            onHover={hover}
            scroller={scroller}
            testId="timeline-lanes"
          />
        </div>
      </div>
    </div>
  );
}

interface LaneNamesProps {
  readonly rows: readonly TrackRow[];
  readonly scroller: HTMLElement | null;
}

function LaneNames({ rows, scroller }: LaneNamesProps) {
  const editor = useEditor();
  const selected = useSession((state) => state.selectedTrackId);
  const hovered = useSession((state) => state.hoveredTrackId);
  const people = usePeopleByTrack();
  // As in the object list: rows are drawn anew at each scroll.
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller,
    estimateSize: () => LANE_PX,
    overscan: 8,
    initialRect: { width: 128, height: 10 * LANE_PX },
  });
  const selectedIndex = rows.findIndex(({ track }) => track.id === selected);
  useEffect(() => {
    if (selectedIndex >= 0) {
      virtual.scrollToIndex(selectedIndex);
    }
  }, [virtual, selectedIndex]);
  return (
    <div className="tb-lane-names">
      {virtual.getVirtualItems().map((item) => {
        const row = rows[item.index];
        return row === undefined ? null : (
          <div
            key={row.track.id}
            className="tb-lane-name"
            style={{ transform: `translateY(${item.start}px)` }}
            title={trackName(row.track)}
            data-selected={row.track.id === selected || undefined}
            data-hovered={row.track.id === hovered || undefined}
            data-testid="lane-name"
            onClick={() => editor.select(row.track.id)}
            onMouseEnter={() => editor.hover(row.track.id)}
          >
            <span className="tb-swatch" style={{ background: row.color }} />
            <span className="tb-ellipsis">{trackName(row.track)}</span>
            <PersonTags people={people.get(row.track.id) ?? []} />
          </div>
        );
      })}
    </div>
  );
}

function paintLanes(editor: Editor, { context, scale, heightPx, scrollPx, colors }: Painting): void {
  const { selectedTrackId, hoveredTrackId, frameIndex, people } = editor.session.getState();
  drawLanes(context, scale, trackRows(editor), {
    selected: selectedTrackId,
    hovered: hoveredTrackId,
    people: peopleByTrack(people),
    colors,
    scrollPx,
    heightPx,
  });
  drawPlayhead(context, scale, frameIndex, 0, heightPx, colors.playhead);
}
