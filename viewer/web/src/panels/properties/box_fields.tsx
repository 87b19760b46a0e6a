/** The box in numbers: where, how large, how turned. */
import { UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { withCenter, withYaw } from '../../geometry/box';
import type { ResolvedCuboid } from '../../geometry/interpolate';
import { wrapAngle } from '../../geometry/vec3';
import type { Vec3 } from '../../model/tuples';
import { Hint } from '../../ui/hint';
import { useEditor, useSession } from '../editor_context';
import { keyOf } from '../key_hints';
import { anglesOf, toDegrees, toRadians, withAngles } from './angles';
import { FitNote } from './fit_note';
import { NumberField } from './number_field';

const AXES = [0, 1, 2] as const;
const POSITION = [
  { label: 'properties.x', title: 'properties.frameX', testId: 'property-x' },
  { label: 'properties.y', title: 'properties.frameY', testId: 'property-y' },
  { label: 'properties.z', title: 'properties.frameZ', testId: 'property-z' },
] as const;
const SIZE = [
  { label: 'properties.l', title: 'properties.length', testId: 'property-length' },
  { label: 'properties.w', title: 'properties.width', testId: 'property-width' },
  { label: 'properties.h', title: 'properties.height', testId: 'property-height' },
] as const;
const MOST_M = 100_000;
/** At 90° pitch a heading means nothing. */
const MOST_TILT_DEG = 80;

/** Less is how floats round. */
const UPRIGHT_RAD = 1e-3;

export function BoxFields({ selected }: { readonly selected: ResolvedCuboid }) {
  const { cuboid, track } = selected;
  const { t } = useTranslation();
  const editor = useEditor();
  const center = cuboid.ego_from_object.translation_m;
  const angles = anglesOf(cuboid.ego_from_object);
  const { rollRad, pitchRad, yawRad } = angles;
  const isTiltOpen = useSession((state) => state.isTiltOpen);
  const isTilted = Math.max(Math.abs(rollRad), Math.abs(pitchRad)) > UPRIGHT_RAD;
  const tiltTo = (tilt: Partial<typeof angles>) =>
    editor.setBox(track.id, withAngles(cuboid, { ...angles, ...tilt }));
  return (
    <div className="tb-fields">
      <div className="tb-three" role="group" aria-label={t('properties.position')}>
        {AXES.map((axis) => (
          <NumberField
            key={axis}
            label={t(POSITION[axis].label)}
            title={t(POSITION[axis].title)}
            testId={POSITION[axis].testId}
            value={center[axis]}
            unit="m"
            digits={2}
            step={0.05}
            least={-MOST_M}
            most={MOST_M}
            onCommit={(value) => editor.setBox(track.id, withCenter(cuboid, replaced(center, axis, value)))}
          />
        ))}
      </div>
      <div className="tb-three" role="group" aria-label={t('properties.size')}>
        {AXES.map((axis) => (
          <NumberField
            key={axis}
            label={t(SIZE[axis].label)}
            title={t(SIZE[axis].title)}
            testId={SIZE[axis].testId}
            value={cuboid.size_lwh_m[axis]}
            unit="m"
            digits={2}
            step={0.05}
            least={0.05}
            most={200}
            onCommit={(value) => editor.setSize(replaced(cuboid.size_lwh_m, axis, value))}
          />
        ))}
      </div>
      <div className="tb-three" role="group" aria-label={t('properties.rotation')}>
        <NumberField
          label={t('properties.yaw')}
          title={t('properties.yaw')}
          testId="property-yaw"
          value={toDegrees(yawRad)}
          unit="°"
          digits={1}
          step={1}
          onCommit={(value) => editor.setBox(track.id, withYaw(cuboid, wrapAngle(toRadians(value))))}
        />
        {isTiltOpen || isTilted ? (
          <>
            <NumberField
              label={t('properties.pitch')}
              title={t('properties.pitch')}
              testId="property-pitch"
              value={toDegrees(pitchRad)}
              unit="°"
              digits={1}
              step={0.5}
              least={-MOST_TILT_DEG}
              most={MOST_TILT_DEG}
              onCommit={(value) => tiltTo({ pitchRad: toRadians(value) })}
            />
            <NumberField
              label={t('properties.roll')}
              title={t('properties.roll')}
              testId="property-roll"
              value={toDegrees(rollRad)}
              unit="°"
              digits={1}
              step={0.5}
              least={-MOST_TILT_DEG}
              most={MOST_TILT_DEG}
              onCommit={(value) => tiltTo({ rollRad: toRadians(value) })}
            />
          </>
        ) : (
          <Hint label={t('fitting.tiltHint')} keys={keyOf('toggle_tilt')} position="left">
            <UnstyledButton
              className="tb-tilt-open"
              onClick={() => editor.session.setState({ isTiltOpen: true })}
              data-testid="open-tilt"
            >
              {t('fitting.tilt')}…
            </UnstyledButton>
          </Hint>
        )}
      </div>
      <FitNote selected={selected} />
    </div>
  );
}

function replaced(vector: Vec3, axis: 0 | 1 | 2, value: number): Vec3 {
  const [x, y, z] = vector;
  return axis === 0 ? [value, y, z] : axis === 1 ? [x, value, z] : [x, y, value];
}
