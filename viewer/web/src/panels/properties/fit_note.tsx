/** What the last fit says of the selected cuboid, as long as nobody has changed it since; or how many are selected. */
import { useTranslation } from 'react-i18next';

import type { ResolvedCuboid } from '../../geometry/interpolate';
import { isEqual } from '../../store/equal';
import type { LastFit } from '../../store/session';
import { useSession } from '../editor_context';

/** Such fits are guesses: look at them. */
const LOW = 0.5;

export function FitNote({ selected }: { readonly selected: ResolvedCuboid }) {
  const { t } = useTranslation();
  const lastFit = useSession((state) => state.lastFit);
  const others = useSession((state) => state.alsoSelected.length);
  if (others > 0) {
    return (
      <p className="tb-fit-note" data-testid="group-note">
        {t('fitting.together', { count: others + 1 })}
      </p>
    );
  }
  if (lastFit === null || !isOf(lastFit, selected)) {
    return null;
  }
  const { confidence, supported_faces } = lastFit.fitted;
  const faces = supported_faces.map((face) => t(`fitting.face_${face}`)).join(', ');
  return (
    <p className="tb-fit-note" data-testid="fit-note">
      <span className="tb-fit-sure" data-low={confidence < LOW || undefined} title={t('fitting.sureHint')}>
        {t('fitting.sure', { percent: Math.round(confidence * 100) })}
      </span>
      <span title={t('fitting.heldHint')}>
        {supported_faces.length === 0 ? t('fitting.heldNone') : t('fitting.held', { faces })}
      </span>
    </p>
  );
}

function isOf({ trackId, frameIndex, fitted }: LastFit, { track, cuboid }: ResolvedCuboid): boolean {
  const { ego_from_object, size_lwh_m } = cuboid;
  return (
    trackId === track.id &&
    frameIndex === cuboid.frame_index &&
    isEqual(fitted.box, { ego_from_object, size_lwh_m })
  );
}
