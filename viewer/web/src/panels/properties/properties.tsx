/** All of the selected object: its category, numbers, answers, origin, and what can be done with it. */
import { Button } from '@mantine/core';
import { IconDiamondFilled, IconPointer } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import type { ResolvedCuboid } from '../../geometry/interpolate';
import type { TrackId } from '../../model/ids';
import { Empty } from '../../ui/empty';
import { useEditor, useSelected, useSession } from '../editor_context';
import { AboutFields } from './about_fields';
import { ActionButtons } from './action_buttons';
import { AttributeFields } from './attribute_fields';
import { BoxFields } from './box_fields';
import './properties.css';
import { TrackFields } from './track_fields';

export function Properties() {
  const { t } = useTranslation();
  const selected = useSelected();
  const trackId = useSession((state) => state.selectedTrackId);
  return (
    <section className="tb-panel tb-properties" aria-label={t('properties.title')} data-testid="properties">
      <header className="tb-panel-head">
        <h2>{t('properties.title')}</h2>
        {selected === null ? null : <FrameBadge selected={selected} />}
      </header>
      {trackId === null ? (
        <Empty
          isCompact
          icon={<IconPointer size={18} />}
          title={t('properties.nothing')}
          text={t('properties.nothingHint')}
        />
      ) : null}
      {trackId !== null && selected === null ? <NotHere trackId={trackId} /> : null}
      {selected === null ? null : (
        // Fields that are being typed in start anew with another object.
        <div key={selected.track.id} className="tb-properties-body">
          <TrackFields selected={selected} />
          <BoxFields selected={selected} />
          <AttributeFields selected={selected} />
          <AboutFields selected={selected} />
        </div>
      )}
      {selected === null ? null : <ActionButtons selected={selected} />}
    </section>
  );
}

function FrameBadge({ selected }: { readonly selected: ResolvedCuboid }) {
  const { t } = useTranslation();
  return (
    <span className="tb-panel-note tb-frame-badge" data-testid="cuboid-state" data-key={selected.is_key}>
      <IconDiamondFilled size={10} opacity={selected.is_key ? 1 : 0.3} aria-hidden="true" />
      {selected.is_key ? t('properties.isKey') : t('properties.isDerived')}
    </span>
  );
}

function NotHere({ trackId }: { readonly trackId: TrackId }) {
  const { t } = useTranslation();
  const editor = useEditor();
  const keys = editor.store.keysOfTrack(trackId);
  const nearest = [...keys].sort(
    (a, b) => Math.abs(a.frame_index - editor.frameIndex) - Math.abs(b.frame_index - editor.frameIndex),
  )[0];
  return (
    <Empty isCompact icon={<IconDiamondFilled size={16} />} title={t('properties.notHere')}>
      {nearest === undefined ? null : (
        <>
          <Button size="xs" onClick={() => editor.tracks.addKey(trackId)} data-testid="add-key-here">
            {t('properties.addKey')}
          </Button>
          <Button
            size="xs"
            variant="default"
            onClick={() => editor.goToFrame(nearest.frame_index)}
            data-testid="go-to-nearest-key"
          >
            {t('properties.toNearestKey', { frame: nearest.frame_index })}
          </Button>
        </>
      )}
    </Empty>
  );
}
