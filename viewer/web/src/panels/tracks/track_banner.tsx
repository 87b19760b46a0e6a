/** Over the big view: what the server is being asked, which track waits for another, how far one was carried on. */
import { Button, CloseButton, Loader } from '@mantine/core';
import { IconArrowMerge, IconPlayerSkipForward } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { tKey } from '../../i18n/dynamic';
import { trackName } from '../../model/names';
import type { TrackStop } from '../../store/session';
import { KeyCaps } from '../../ui/keys';
import { useEditor, useSession } from '../editor_context';
import { keyOf } from '../key_hints';
import './tracks.css';

export function TrackBanner() {
  const asking = useSession((state) => state.asking);
  const merging = useSession((state) => state.mergingTrackId);
  const extended = useSession((state) => state.extended);
  const selected = useSession((state) => state.selectedTrackId);
  if (asking !== null) {
    return <Asking textKey={asking.textKey} />;
  }
  if (merging !== null) {
    return <Merging trackId={merging} />;
  }
  return extended !== null && extended.trackId === selected ? <Extended stops={extended.stops} /> : null;
}

function Banner({ testId, children }: { readonly testId: string; readonly children: ReactNode }) {
  return (
    <div className="tb-track-banner" role="status" data-testid={testId}>
      {children}
    </div>
  );
}

function Asking({ textKey }: { readonly textKey: string }) {
  const { t } = useTranslation();
  const { propagation } = useEditor();
  return (
    <Banner testId="asking">
      <Loader size={14} />
      <span>{tKey(t, textKey)}</span>
      <Button size="compact-xs" variant="default" onClick={() => propagation.cancel()}>
        {t('sequences.cancel')} <KeyCaps combination={keyOf('cancel')} />
      </Button>
    </Banner>
  );
}

function Merging({ trackId }: { readonly trackId: string }) {
  const { t } = useTranslation();
  const { store, tracks } = useEditor();
  const track = store.get('tracks', trackId);
  return (
    <Banner testId="merging">
      <IconArrowMerge size={16} aria-hidden="true" />
      <span>
        <strong>{t('sequences.waiting', { name: track === undefined ? '' : trackName(track) })}</strong>{' '}
        {t('sequences.waitingHint')}
      </span>
      <Button size="compact-xs" variant="default" onClick={() => tracks.cancelMerge()}>
        {t('sequences.cancel')} <KeyCaps combination={keyOf('cancel')} />
      </Button>
    </Banner>
  );
}

function Extended({ stops }: { readonly stops: readonly TrackStop[] }) {
  const { t } = useTranslation();
  const editor = useEditor();
  return (
    <Banner testId="extended">
      <ul>
        {stops.map((stop) => (
          <li key={stop.direction} data-testid={`extended-${stop.direction}`}>
            <strong>{t(`sequences.${stop.direction}`)}</strong> ·{' '}
            {t('sequences.extended', { count: stop.count })}
            {' · '}
            {stopText(t, stop)}
            {stop.frameIndex === null ? null : (
              <Button
                size="compact-xs"
                variant="subtle"
                leftSection={<IconPlayerSkipForward size={12} />}
                onClick={() => editor.goToFrame(stop.frameIndex ?? editor.frameIndex)}
              >
                {t('sequences.goThere')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      <CloseButton
        size="xs"
        aria-label={t('sequences.dismiss')}
        onClick={() => editor.session.setState({ extended: null })}
      />
    </Banner>
  );
}

const REASONS = new Set([
  'end_of_scene',
  'most_frames',
  'no_cloud',
  'no_points',
  'low_confidence',
  'jump',
  'overlap',
  'out_of_range',
  'hidden',
  'next_key',
]);

/** In the person's language where the reason is known to us, else in the server's words. */
function stopText(t: TFunction, { direction, frameIndex, reason }: TrackStop): string {
  const isStart = reason.code === 'end_of_scene' && direction === 'back';
  const said = REASONS.has(reason.code)
    ? tKey(t, `sequences.reason_${isStart ? 'start_of_scene' : reason.code}`, reason.values)
    : reason.sentence;
  return frameIndex === null
    ? t('sequences.stoppedEnd', { reason: said })
    : t('sequences.stoppedAt', { frame: frameIndex, reason: said });
}
