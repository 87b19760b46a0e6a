/** One proposed track: what it is and why it is looked at, its strip of pictures, and what can be done with it. */
import { IconArrowBarToRight, IconCheck, IconLayoutGrid, IconTrash, IconX } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { type MouseEvent, type RefObject, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';

import { verdictOf } from '../../../editor/review/audit';
import { type UnsureFace, unsureFaces } from '../../../editor/review/unsure_faces';
import type { ProposedTrack } from '../../../model/autolabel';
import { trackName } from '../../../model/names';
import { IconButton } from '../../../ui/icon_button';
import { releaseFocus } from '../../../ui/release_focus';
import { useEditor, useLabelVersion, useSession } from '../../editor_context';
import { keyOf } from '../../key_hints';
import { BandMark } from '../band_mark';
import { durationText } from '../duration_text';
import type { TrackPictures } from '../pictures';
import { reasonText } from '../reason_text';
import type { StripLayout } from '../strip_layout';
import { Strip } from './strip';

interface TrackRowProps {
  readonly proposed: ProposedTrack;
  readonly index: number;
  readonly top: number;
  readonly height: number;
  readonly layout: StripLayout;
  readonly pictures: TrackPictures;
  readonly isCurrent: boolean;
  /** The batch grid lies over the list. */
  readonly isCovered: boolean;
}

export function TrackRow(props: TrackRowProps) {
  const { proposed, index, top, height, layout, pictures, isCurrent } = props;
  const editor = useEditor();
  useLabelVersion();
  const row = useRef<HTMLDivElement>(null);
  useFocusOfCurrent(row, props);
  const track = editor.store.get('tracks', proposed.track_id);
  const choose = (event: MouseEvent) => {
    // A click chooses without taking the keyboard; a button in the row does its own.
    if (!(event.target instanceof Element && event.target.closest('button') !== null)) {
      editor.reviewing.go(proposed.track_id);
    }
  };
  if (track === undefined) {
    return null;
  }
  const { color } = editor.category(track.category);
  return (
    <div
      ref={row}
      role="row"
      className="tb-review-row"
      aria-rowindex={index + 1}
      aria-selected={isCurrent}
      aria-label={trackName(track)}
      tabIndex={isCurrent ? 0 : -1}
      style={{ height, transform: `translateY(${top}px)` }}
      onClick={choose}
      onMouseEnter={() => editor.hover(proposed.track_id)}
      onMouseLeave={() => editor.hover(null)}
      data-testid="review-row"
      data-track-id={proposed.track_id}
      data-band={proposed.band}
    >
      <Facts proposed={proposed} name={trackName(track)} color={color} />
      <Strip trackId={proposed.track_id} layout={layout} pictures={pictures} color={color} />
      <Verbs proposed={proposed} />
    </div>
  );
}

interface FactsProps {
  readonly proposed: ProposedTrack;
  readonly name: string;
  readonly color: string;
}

function Facts({ proposed, name, color }: FactsProps) {
  const { t, i18n } = useTranslation();
  const { first_frame, last_frame, frame_count, reasons, expected_seconds, score } = proposed;
  const why = [
    ...reasons.map((code) => reasonText(i18n, t, code)),
    ...unsureFaces(proposed).map((face) => doubtText(t, face)),
  ].join(' · ');
  return (
    <div role="gridcell" className="tb-review-facts">
      <p className="tb-review-name">
        <span className="tb-swatch" style={{ background: color }} />
        <strong className="tb-ellipsis">{name}</strong>
        <span className="tb-num" title={t('autolabel.score')}>
          {Math.round(score * 100)} %
        </span>
      </p>
      <p className="tb-review-band">
        <BandMark band={proposed.band} />
        <AuditMark trackId={proposed.track_id} />
      </p>
      <p className="tb-ellipsis">
        {t('autolabel.framesOf', { first: first_frame, last: last_frame, count: frame_count })}
        {' · '}
        {t('autolabel.about', { time: durationText(t, expected_seconds) })}
      </p>
      <p className="tb-review-why" title={why}>
        {why}
      </p>
    </div>
  );
}

/** Such as “rear ± 0.6 m”. */
const doubtText = (t: TFunction, { face, sigmaM }: UnsureFace) =>
  t('autolabel.faceDoubt', { face: t(`autolabel.face_${face}`), sigma: sigmaM.toFixed(1) });

/** During an audit: what was found of a track of the sample. */
function AuditMark({ trackId }: { readonly trackId: string }) {
  const { t } = useTranslation();
  const { store } = useEditor();
  const audit = useSession((state) => state.review.audit);
  const sampled = audit?.sample.find(({ track }) => track.id === trackId);
  if (audit === null || sampled === undefined) {
    return null;
  }
  const verdict = verdictOf(store, audit, sampled);
  const Icon = { open: null, right: IconCheck, wrong: IconX }[verdict];
  return (
    <span className="tb-verdict" data-verdict={verdict} data-testid="verdict">
      {Icon === null ? null : <Icon size={13} aria-hidden="true" />}
      {t(`autolabel.verdict_${verdict}`)}
    </span>
  );
}

/** By keyboard all of it goes through the row's own keys, so these are no stops of Tab. */
function Verbs({ proposed: { track_id } }: { readonly proposed: ProposedTrack }) {
  const { t } = useTranslation();
  const editor = useEditor();
  const { reviewing } = editor;
  const after = (act: () => void) => () => {
    reviewing.go(track_id);
    act();
    releaseFocus();
  };
  const common = { size: 24, position: 'left', tabIndex: -1 } as const;
  return (
    <div role="gridcell" className="tb-review-verbs">
      <IconButton
        {...common}
        label={t('autolabel.accept')}
        keys={keyOf('review_accept')}
        icon={<IconCheck size={16} />}
        onClick={after(() => reviewing.accept())}
        testId="review-accept"
      />
      <IconButton
        {...common}
        label={t('autolabel.reject')}
        keys={keyOf('review_reject')}
        icon={<IconTrash size={15} />}
        isDanger
        onClick={after(() => reviewing.reject())}
        testId="review-reject"
      />
      <IconButton
        {...common}
        label={t('autolabel.openGrid')}
        keys={keyOf('review_grid')}
        icon={<IconLayoutGrid size={15} />}
        onClick={after(() => editor.grid.open())}
        testId="review-grid"
      />
      <IconButton
        {...common}
        label={t('autolabel.jump')}
        keys={keyOf('review_jump')}
        icon={<IconArrowBarToRight size={15} />}
        onClick={after(() => reviewing.jump())}
        testId="review-jump"
      />
    </div>
  );
}

/** The keyboard follows the current row, unless it is elsewhere on purpose: in a field, a menu, another panel. */
function useFocusOfCurrent(row: RefObject<HTMLDivElement | null>, { isCurrent, isCovered }: TrackRowProps) {
  useEffect(() => {
    const { activeElement } = document;
    const isFree =
      activeElement === document.body || activeElement?.closest('.tb-review-scroll') instanceof Element;
    if (isCurrent && !isCovered && isFree) {
      row.current?.focus({ preventScroll: true });
    }
  }, [row, isCurrent, isCovered]);
}
