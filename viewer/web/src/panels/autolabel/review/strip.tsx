/** A track in a few of its frames, from the top and from the side; a click on one leads there. */
import { IconAlertTriangleFilled } from '@tabler/icons-react';
import { useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';

import { stripFrames } from '../../../editor/review/strip_frames';
import type { TrackId } from '../../../model/ids';
import { useEditor, useLabelVersion } from '../../editor_context';
import type { TrackPictures } from '../pictures';
import { STRIP_GAP_PX, type StripLayout } from '../strip_layout';
import { CameraPicture } from './camera_picture';

interface StripProps {
  readonly trackId: TrackId;
  readonly layout: StripLayout;
  readonly pictures: TrackPictures;
  readonly color: string;
}

export function Strip({ trackId, layout: { count, cellPx }, pictures, color }: StripProps) {
  const { scene, reviewing, store } = useEditor();
  useLabelVersion();
  const canvas = useRef<HTMLCanvasElement>(null);
  const worst = reviewing.worstFrameOf(trackId);
  const shown = stripFrames(framesWith(store, trackId, worst), worst, count).join();
  const frames = useMemo(() => (shown === '' ? [] : shown.split(',').map(Number)), [shown]);
  useEffect(
    () => (canvas.current === null ? undefined : pictures.attach(trackId, frames, canvas.current)),
    [pictures, trackId, frames],
  );
  return (
    <>
      {scene.cameras.length > 0 ? <CameraPicture trackId={trackId} frames={frames} color={color} /> : null}
      <div role="gridcell" className="tb-track-strip" style={{ height: cellPx.height }}>
        <canvas ref={canvas} aria-hidden="true" />
        {frames.map((frame, index) => (
          <StripCell
            key={frame}
            trackId={trackId}
            frame={frame}
            isWorst={frame === worst}
            left={index * (cellPx.width + STRIP_GAP_PX)}
            width={cellPx.width}
            state={pictures.stateOf(trackId, frame)}
          />
        ))}
      </div>
    </>
  );
}

interface StripCellProps {
  readonly trackId: TrackId;
  readonly frame: number;
  readonly isWorst: boolean;
  readonly left: number;
  readonly width: number;
  readonly state: ReturnType<TrackPictures['stateOf']>;
}

function StripCell({ trackId, frame, isWorst, left, width, state }: StripCellProps) {
  const { t } = useTranslation();
  const { reviewing } = useEditor();
  const notes = { loading: 'grid.loading', empty: 'grid.noCloud', failed: 'grid.failed' } as const;
  const jump = () => {
    reviewing.go(trackId);
    reviewing.jump(frame);
  };
  return (
    <button
      type="button"
      className="tb-track-strip-cell"
      tabIndex={-1}
      style={{ left, width }}
      title={isWorst ? t('autolabel.worstFrame', { frame }) : t('autolabel.goToFrame', { frame })}
      onClick={jump}
      data-worst={isWorst || undefined}
      data-state={state}
      data-testid="strip-cell"
    >
      <span className="tb-track-strip-frame">
        {isWorst ? <IconAlertTriangleFilled size={10} aria-hidden="true" /> : null}
        {frame}
      </span>
      {state === 'ready' ? null : <span className="tb-track-strip-note">{t(notes[state])}</span>}
    </button>
  );
}

/** Of thousands of frames so many are as good as all: a strip shows a handful. */
const MOST_FRAMES = 240;

/** Frames that the object is in, from its first to its last; of a long track evenly some, and the worst. */
function framesWith(
  store: ReturnType<typeof useEditor>['store'],
  trackId: TrackId,
  worst: number | null,
): readonly number[] {
  const track = store.get('tracks', trackId);
  if (track === undefined) {
    return [];
  }
  const { first_frame: first, last_frame: last } = track;
  const step = Math.ceil((last - first + 1) / MOST_FRAMES);
  const even = Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, i) => first + i * step);
  const frames = new Set([...even, last, ...(worst === null ? [] : [worst])]);
  return [...frames]
    .filter((frame) => store.resolveTrack(trackId, frame) !== undefined)
    .toSorted((a, b) => a - b);
}
