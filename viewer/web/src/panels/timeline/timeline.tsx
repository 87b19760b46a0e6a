/** Frames and tracks over time: where one is, what is finished, where keys lie. */
import { useTranslation } from 'react-i18next';

import type { Editor } from '../../editor/editor';
import { trackName } from '../../model/names';
import { releaseFocus } from '../../ui/release_focus';
import { useEditor, useLabelVersion, useSession } from '../editor_context';
import { FindingMarks } from '../findings/finding_marks';
import {
  drawEnds,
  drawPeople,
  drawPlayhead,
  drawStates,
  drawStops,
  drawTicks,
  drawTrack,
  SELECTED_PX,
  selectedRow,
  STATE_PX,
  TICKS_PX,
} from './draw_timeline';
import { FrameControls } from './frame_controls';
import { Lanes } from './lanes';
import { LifeGrip } from './life_grip';
import './timeline.css';
import { type Painting, TimelineCanvas } from './timeline_canvas';

const SELECTED_TOP_PX = TICKS_PX + STATE_PX;
const HEAD_PX = SELECTED_TOP_PX + SELECTED_PX + 2;
const lifeGrip = new LifeGrip(SELECTED_TOP_PX);

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
        <TrackCount />
        <FrameSlider />
        <SelectedName />
        <div className="tb-timeline-head">
          <TimelineCanvas
            height={`${HEAD_PX}px`}
            label={t('timeline.title')}
            paint={paintHead}
            grip={lifeGrip}
            testId="timeline-head"
          />
          <FindingMarks />
        </div>
      </div>
      {isExpanded ? <Lanes /> : null}
    </section>
  );
}

function TrackCount() {
  const { t } = useTranslation();
  const { store } = useEditor();
  useLabelVersion();
  return (
    <span className="tb-timeline-name tb-track-count">
      {t('common.tracks', { count: store.all('tracks').length })}
    </span>
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

function paintHead(editor: Editor, { context, scale, heightPx, colors }: Painting): void {
  const { selectedTrackId, frameIndex, people } = editor.session.getState();
  drawTicks(context, scale, frameIndex, colors);
  drawStates(context, scale, TICKS_PX, editor, colors);
  const row = selectedRow(editor, selectedTrackId);
  if (row !== null) {
    const { extended } = editor.session.getState();
    drawTrack(context, scale, SELECTED_TOP_PX, SELECTED_PX, row);
    const life = lifeGrip.lifeOfSelected(editor);
    if (life !== null) {
      drawEnds(context, scale, SELECTED_TOP_PX, SELECTED_PX, life, row.color);
    }
    if (extended !== null && extended.trackId === selectedTrackId) {
      drawStops(context, scale, SELECTED_TOP_PX, SELECTED_PX, extended.stops, colors.stop);
    }
  }
  drawPlayhead(context, scale, frameIndex, TICKS_PX, heightPx, colors.playhead);
  drawPeople(context, scale, people);
}
