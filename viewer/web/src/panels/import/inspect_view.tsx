/** What an import would bring: scenes, sensors, labels, and every problem, before anything is written. */
import { Badge, Group, ScrollArea, Stack, Table, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { InspectedScene, InspectReport } from '../../api/types';
import { formatCount } from '../../ui/format';
import { ProblemList } from '../../ui/problem_list';

interface InspectViewProps {
  readonly report: InspectReport;
  readonly formatTitle: string;
  /** Shown above the scenes, which it decides. */
  readonly children?: ReactNode;
}

export function InspectView({ report, formatTitle, children }: InspectViewProps) {
  const { t } = useTranslation();
  return (
    <Stack gap="md" data-testid="inspect-report">
      <Group gap="sm">
        <Badge size="lg">{t('import.detected', { format: formatTitle })}</Badge>
        <Text size="sm" c="dimmed">
          {t('common.scenes', { count: report.scenes.length })}
        </Text>
      </Group>
      {children}
      <ScrollArea.Autosize mah={208} type="auto">
        <Table stickyHeader verticalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('import.scenes')}</Table.Th>
              <Table.Th ta="right">{t('import.frames')}</Table.Th>
              <Table.Th>{t('import.lidars')}</Table.Th>
              <Table.Th>{t('import.cameras')}</Table.Th>
              <Table.Th ta="right">{t('import.labels')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {report.scenes.map((scene) => (
              <SceneRow key={scene.name} scene={scene} />
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea.Autosize>
      <Problems report={report} />
    </Stack>
  );
}

function SceneRow({ scene }: { readonly scene: InspectedScene }) {
  const { t, i18n } = useTranslation();
  const sizes = scene.cameras.map((camera) => `${camera.name} ${camera.width}×${camera.height}`);
  const lidars = scene.lidars.map((lidar) => {
    const points = t('import.pointsShort', { count: lidar.points });
    return `${lidar.name} (${points})`;
  });
  const notes = [
    ...(scene.sequential ? [] : [t('import.still')]),
    ...(scene.poses ? [] : [t('import.noPoses')]),
    ...(scene.is_known ? [t('import.known')] : []),
  ];
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={600}>
          {scene.name}
        </Text>
        {notes.length === 0 ? null : (
          <Text size="xs" c="dimmed">
            {notes.join(' · ')}
          </Text>
        )}
      </Table.Td>
      <Table.Td ta="right">{formatCount(scene.frames, i18n.language)}</Table.Td>
      <Table.Td>{lidars.join(', ') || '–'}</Table.Td>
      <Table.Td>
        <Text size="sm" title={sizes.join('\n')}>
          {scene.cameras.map((camera) => camera.name).join(', ') || '–'}
        </Text>
      </Table.Td>
      <Table.Td ta="right">
        {formatCount(scene.labels, i18n.language)}
        <Text size="xs" c="dimmed">
          {t('common.tracks', { count: scene.tracks })}
          {scene.ignored > 0 ? ` · ${t('import.ignored', { count: scene.ignored })}` : null}
        </Text>
      </Table.Td>
    </Table.Tr>
  );
}

function Problems({ report }: { readonly report: InspectReport }) {
  const { t } = useTranslation();
  if (report.problems.length === 0) {
    return (
      <Group gap="xs" c="var(--tb-ok)">
        <IconCircleCheck size={16} />
        <Text size="sm">{t('import.noProblems')}</Text>
      </Group>
    );
  }
  return (
    <Stack gap="xs">
      <Group gap="xs">
        <IconAlertTriangle size={16} color="var(--tb-warn)" />
        <Text size="sm" fw={600}>
          {t('import.problems', { count: report.problems.length })}
        </Text>
        <Text size="sm" c="dimmed">
          {t('import.problemsHint')}
        </Text>
      </Group>
      <ProblemList problems={report.problems} maxHeightPx={112} />
    </Stack>
  );
}
