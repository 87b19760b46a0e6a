/** Where the poses of the vehicle come from; registration is offered where a scene has none. */
import { Select, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import type { InspectReport } from '../../api/types';
import type { TrajectorySource } from '../../model/scene';

interface TrajectoryChoiceProps {
  readonly report: InspectReport;
  readonly value: TrajectorySource;
  readonly onChange: (value: TrajectorySource) => void;
}

export function TrajectoryChoice({ report, value, onChange }: TrajectoryChoiceProps) {
  const { t } = useTranslation();
  const lacking = report.scenes.filter((scene) => !scene.poses).length;
  const whyNot = lacking === 0 ? t('trajectory.notNeeded') : report.registration;
  const hints = {
    given: lacking === 0 ? t('trajectory.allGiven') : t('trajectory.someLack', { count: lacking }),
    registration: t('trajectory.registrationHint'),
    none: t('trajectory.noneHint'),
  } satisfies Record<TrajectorySource, string>;
  const choices = [
    { value: 'given', label: t('trajectory.given') },
    { value: 'registration', label: t('trajectory.registration'), disabled: whyNot !== null },
    { value: 'none', label: t('trajectory.none') },
  ];
  return (
    <Stack gap={4}>
      <Select
        size="sm"
        label={t('trajectory.title')}
        data={choices}
        value={value}
        allowDeselect={false}
        onChange={(chosen) => onChange(asSource(chosen))}
        data-testid="import-trajectory"
      />
      <Text size="xs" c="dimmed" data-testid="trajectory-hint">
        {hints[value]}
        {value === 'given' && lacking > 0 && whyNot !== null ? ` ${whyNot}` : ''}
      </Text>
    </Stack>
  );
}

function asSource(value: string | null): TrajectorySource {
  return value === 'registration' || value === 'none' ? value : 'given';
}
