/** Where the selected cuboid comes from, and what the cloud says of it. */
import type { TFunction } from 'i18next';
import { type ReactNode, useMemo, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';

import { isUnconfirmed } from '../../editor/selection';
import type { ResolvedCuboid } from '../../geometry/interpolate';
import { formatCount, formatMetres, formatNumber } from '../../ui/format';
import { Section } from '../../ui/section';
import { useEditorTools } from '../editor_context';
import { throttled } from '../throttle';

/** Below this a screen has room for the list of objects or for this, and the list is needed more often. */
const TALL_PX = 900;

export function AboutFields({ selected }: { readonly selected: ResolvedCuboid }) {
  const { t } = useTranslation();
  return (
    <Section name="about" title={t('properties.about')} isOpenAtFirst={window.innerHeight >= TALL_PX}>
      <div className="tb-fields">
        <Facts selected={selected} />
      </div>
    </Section>
  );
}

function Facts({ selected }: { readonly selected: ResolvedCuboid }) {
  const { t, i18n } = useTranslation();
  const { editor } = useEditorTools();
  const { cuboid, track } = selected;
  const points = usePointsInside(selected);
  const keys = editor.store.keysOfTrack(track.id).length;
  const [x, y] = cuboid.ego_from_object.translation_m;
  const life = { first: track.first_frame, last: track.last_frame, count: keys };
  return (
    <dl className="tb-facts">
      <Fact name={t('properties.points')} testId="property-points">
        {points === null ? '–' : formatCount(points, i18n.language)}
      </Fact>
      <Fact name={t('properties.distance')}>{formatMetres(Math.hypot(x, y), 1)}</Fact>
      <Fact name={t('properties.life')}>{t('properties.lifeValue', life)}</Fact>
      <Fact name={t('properties.source')} testId="property-source">
        {sourceText(t, cuboid.source)}
      </Fact>
      {cuboid.source === 'human' && cuboid.confirmed_by === null ? null : (
        <Fact name={t('properties.confirmedBy')} isWarning={isUnconfirmed(cuboid)}>
          {confirmedText(t, cuboid.confirmed_by)}
        </Fact>
      )}
      {cuboid.score === null ? null : <Fact name={t('properties.score')}>{formatNumber(cuboid.score)}</Fact>}
    </dl>
  );
}

interface FactProps {
  readonly name: string;
  readonly children: ReactNode;
  readonly isWarning?: boolean;
  readonly testId?: string;
}

function Fact({ name, children, isWarning = false, testId }: FactProps) {
  return (
    <>
      <dt>{name}</dt>
      <dd className={isWarning ? 'tb-unconfirmed' : ''} data-testid={testId}>
        {children}
      </dd>
    </>
  );
}

export function sourceText(t: TFunction, source: string): string {
  const [kind = '', name = ''] = source.split(/:(.*)/s);
  switch (kind) {
    case 'human':
      return t('properties.sourceHuman');
    case 'propagated':
      return t('properties.sourcePropagated');
    case 'model':
      return t('properties.sourceModel', { name });
    case 'imported':
      return t('properties.sourceImported', { name });
    default:
      return source;
  }
}

export function confirmedText(t: TFunction, confirmedBy: string | null): string {
  if (confirmedBy === null) {
    return t('properties.unconfirmed');
  }
  return confirmedBy === 'import' ? t('properties.confirmedImport') : confirmedBy.replace(/^human:/, '');
}

/** Counting takes a millisecond, so it follows the cloud a few times a second at most. */
function usePointsInside({ cuboid }: ResolvedCuboid): number | null {
  const { onCloud, pointsInside } = useEditorTools();
  const subscribe = useMemo(() => throttled(onCloud, 250), [onCloud]);
  // Memoised per box: React asks for the snapshot more often than the box changes.
  const count = useMemo(() => pointsInside, [pointsInside]);
  return useSyncExternalStore(subscribe, () => count(cuboid));
}
