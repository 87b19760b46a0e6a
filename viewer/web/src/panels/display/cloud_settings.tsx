/** What of a cloud is shown, and how much of it at once. */
import { Input, RangeSlider, SegmentedControl, Slider } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { MERGED_MODES } from '../../store/session';
import { Hint } from '../../ui/hint';
import { useEditor, useSession } from '../editor_context';
import { keyOf } from '../key_hints';

const BUDGETS = [250_000, 500_000, 1_000_000, 2_000_000, 20_000_000] as const;
const LOWEST_M = -3;
const HIGHEST_M = 10;
const FARTHEST_M = 200;

const MERGED_TEXTS = {
  off: 'clouds.mergedOff',
  object: 'clouds.mergedObject',
  scene: 'clouds.mergedScene',
} as const;

/** Between which percentiles intensities spread over the gradient. */
export function IntensityRange() {
  const { t } = useTranslation();
  const { session } = useEditor();
  const [low, high] = useSession((state) => state.intensityPercentiles);
  return (
    <Input.Wrapper label={t('clouds.intensityRange')} size="xs">
      <RangeSlider
        mt={4}
        size={4}
        min={0}
        max={100}
        minRange={1}
        value={[low, high]}
        label={(value) => `${value} %`}
        thumbFromLabel={t('clouds.percentileLow')}
        thumbToLabel={t('clouds.percentileHigh')}
        onChange={(value) => session.setState({ intensityPercentiles: value })}
        data-testid="intensity-range"
      />
    </Input.Wrapper>
  );
}

export function PointBudget() {
  const { t } = useTranslation();
  const { session } = useEditor();
  const pointBudget = useSession((state) => state.pointBudget);
  return (
    <Input.Wrapper label={t('clouds.budget')} description={t('clouds.budgetHint')} size="xs">
      <SegmentedControl
        fullWidth
        mt={4}
        value={String(pointBudget)}
        data={BUDGETS.map((count) => ({
          value: String(count),
          label: budgetText(count, t('clouds.allPoints')),
        }))}
        onChange={(value) => session.setState({ pointBudget: Number(value) })}
        data-testid="point-budget"
      />
    </Input.Wrapper>
  );
}

function budgetText(count: number, all: string): string {
  if (count === BUDGETS.at(-1)) {
    return all;
  }
  return count < 1e6 ? `${count / 1e3} k` : `${count / 1e6} M`;
}

/** Heights and distances that are shown; the ends of the sliders mean no limit. */
export function Clips() {
  const { t } = useTranslation();
  const { session } = useEditor();
  const heights = useSession((state) => state.heightClip);
  const distance = useSession((state) => state.distanceClip);
  const setHeights = ([low, high]: [number, number]) => {
    const isAll = low <= LOWEST_M && high >= HIGHEST_M;
    const clip = [low <= LOWEST_M ? -1e6 : low, high >= HIGHEST_M ? 1e6 : high] as const;
    session.setState({ heightClip: isAll ? null : clip });
  };
  return (
    <>
      <Input.Wrapper label={t('clouds.heightClip')} description={t('clouds.heightClipHint')} size="xs">
        <RangeSlider
          mt={4}
          size={4}
          min={LOWEST_M}
          max={HIGHEST_M}
          step={0.1}
          minRange={0.1}
          value={[
            Math.max(LOWEST_M, heights?.[0] ?? LOWEST_M),
            Math.min(HIGHEST_M, heights?.[1] ?? HIGHEST_M),
          ]}
          label={(value) => heightText(value, t('clouds.everything'))}
          thumbFromLabel={t('clouds.low')}
          thumbToLabel={t('clouds.high')}
          onChange={setHeights}
          data-testid="height-clip"
        />
      </Input.Wrapper>
      <Input.Wrapper label={t('clouds.distanceClip')} size="xs">
        <Slider
          mt={4}
          size={4}
          min={5}
          max={FARTHEST_M}
          step={5}
          value={distance ?? FARTHEST_M}
          label={(value) => (value >= FARTHEST_M ? t('clouds.everything') : `${value} m`)}
          thumbLabel={t('clouds.distanceClip')}
          onChange={(value) => session.setState({ distanceClip: value >= FARTHEST_M ? null : value })}
          data-testid="distance-clip"
        />
      </Input.Wrapper>
    </>
  );
}

function heightText(value: number, everything: string): string {
  return value <= LOWEST_M || value >= HIGHEST_M ? everything : `${value.toFixed(1)} m`;
}

export function MergedSwitch() {
  const { t } = useTranslation();
  const { session } = useEditor();
  const merged = useSession((state) => state.merged);
  const hasSelected = useSession((state) => state.selectedTrackId !== null);
  const needsObject = merged === 'object' && !hasSelected;
  return (
    <Input.Wrapper
      label={t('clouds.merged')}
      description={t(needsObject ? 'clouds.mergedNeedsObject' : 'clouds.mergedHint')}
      size="xs"
    >
      <Hint label={t('actions.merged_cloud')} keys={keyOf('merged_cloud')} position="left">
        <SegmentedControl
          fullWidth
          mt={4}
          value={merged}
          data={MERGED_MODES.map((mode) => ({ value: mode, label: t(MERGED_TEXTS[mode]) }))}
          onChange={(value) =>
            session.setState({ merged: MERGED_MODES.find((mode) => mode === value) ?? 'off' })
          }
          data-testid="merged-mode"
        />
      </Hint>
    </Input.Wrapper>
  );
}
