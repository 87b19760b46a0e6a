/** Frames and tracks over time: where one is, what is finished, where keys lie. */
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';

import type { Editor } from '../../editor/editor';
import { trackName } from '../../model/names';
import { releaseFocus } from '../../ui/release_focus';
import { useEditor, useLabelVersion, useSession } from '../editor_context';
import { FindingMarks } from '../findings/finding_marks';
import {
  drawLanes,
  drawPeople,
  drawPlayhead,
  drawStates,
  drawTicks,
  drawTrack,
  SELECTED_PX,
  selectedRow,
  STATE_PX,
  TICKS_PX,
  trackRows,
} from './draw_timeline';
import { FrameControls } from './frame_controls';
import './timeline.css';
import { type Painting, TimelineCanvas } from './timeline_canvas';
import { LANE_PX, laneAt } from './timeline_layout';

const HEAD_PX = TICKS_PX + STATE_PX + SELECTED_PX + 2;

interface TimelineProps {
  readonly isExpanded: boolean;
  readonly onToggle: () => void;
}

export function Timeline({ isExpanded, onToggle }: TimelineProps) {
  const { t } = useTranslation();
  return (
    <section className="tb-timeline" aria-label={t('timeline.title')} data-testid="timeline">
      <FrameControls isExpanded={isExpanded} onToggle={onToggle} />
      <div className="tb-timeline-grid">
        <span />
        <FrameSlider />
        <SelectedName />
        <div className="tb-timeline-head">
          <TimelineCanvas
            heightPx={HEAD_PX}
            label={t('timeline.title')}
            paint={paintHead}
            testId="timeline-head"
          />
          <FindingMarks />
        </div>
      </div>
      {isExpanded ? <Lanes /> : null}
    </section>
  );
}

/** A native slider: screen readers and the keyboard know it. */
function FrameSlider() {
  const { t } = useTranslation();
  const editor = useEditor();
  const frameIndex = useSession((state) => state.frameIndex);
  return (
    <input
      type="range"
      className="tb-frame-slider"
      min={0}
      max={Math.max(0, editor.scene.frames.length - 1)}
      step={1}
      value={frameIndex}
      aria-label={t('timeline.frame')}
      onChange={(event) => editor.goToFrame(Number(event.currentTarget.value))}
      onPointerUp={releaseFocus}
      data-testid="frame-slider"
    />
  );
}

function SelectedName() {
  const editor = useEditor();
  useLabelVersion();
  const trackId = useSession((state) => state.selectedTrackId);
  const track = trackId === null ? undefined : editor.store.get('tracks', trackId);
  return (
    <span className="tb-timeline-name" style={{ paddingTop: TICKS_PX + STATE_PX }}>
      {track === undefined ? null : (
        <>
          <span className="tb-swatch" style={{ background: editor.category(track.category).color }} />
          <span className="tb-ellipsis">{trackName(track)}</span>
        </>
      )}
    </span>
  );
}

function Lanes() {
  const { t } = useTranslation();
  const editor = useEditor();
  useLabelVersion();
  const count = editor.store.all('tracks').length;
  const press = useCallback(
    (_frame: number, y: number) => {
      const rows = trackRows(editor);
      const row = rows[laneAt(y, rows.length) ?? -1];
      if (row !== undefined) {
        editor.select(row.track.id);
      }
    },
    [editor],
  );
  return (
    <div className="tb-lanes">
      <span className="tb-timeline-name tb-lanes-name">{t('common.tracks', { count })}</span>
      <div className="tb-lanes-scroll">
        {count === 0 ? (
          <p className="tb-lanes-empty">{t('timeline.noTracks')}</p>
        ) : (
          <TimelineCanvas
            heightPx={Math.max(count * LANE_PX, LANE_PX)}
            label={t('common.tracks', { count })}
            paint={paintLanes}
            onPress={press}
            testId="timeline-lanes"
          />
        )}
      </div>
    </div>
  );
}

function paintHead(editor: Editor, { context, scale, heightPx, colors }: Painting): void {
  const { selectedTrackId, frameIndex, people } = editor.session.getState();
  drawTicks(context, scale, colors);
  drawStates(context, scale, TICKS_PX, editor, colors);
  const row = selectedRow(editor, selectedTrackId);
  if (row !== null) {
    drawTrack(context, scale, TICKS_PX + STATE_PX, SELECTED_PX, row);
  }
  drawPlayhead(context, scale, frameIndex, heightPx, colors.playhead);
  drawPeople(context, scale, people);
}

function paintLanes(editor: Editor, { context, scale, heightPx, colors }: Painting): void {
  const { selectedTrackId, frameIndex } = editor.session.getState();
  drawLanes(context, scale, trackRows(editor), selectedTrackId, colors.line);
  drawPlayhead(context, scale, frameIndex, heightPx, colors.playhead);
}
