/** What labels would change in the scenes that exist, before it happens. */
import { Group, Stack, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import type { MergeReport } from '../../api/types';
import { formatCount } from '../../ui/format';
import { ProblemList } from '../../ui/problem_list';
import { changesNothing, mergeRows } from './merge_choices';

export function MergeView({ report }: { readonly report: MergeReport }) {
  const { t, i18n } = useTranslation();
  const { counts } = report;
  const number = (count: number) => (count === 0 ? '–' : formatCount(count, i18n.language));
  return (
    <Stack gap="sm" data-testid="merge-report">
      <Table verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('common.scenes', { count: report.scenes })}</Table.Th>
            <Table.Th ta="right">{t('merge.added')}</Table.Th>
            <Table.Th ta="right">{t('merge.updated')}</Table.Th>
            <Table.Th ta="right">{t('merge.removed')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {mergeRows(counts).map(({ kind, added, updated, removed }) => (
            <Table.Tr key={kind} data-testid={`merge-${kind}`}>
              <Table.Td>{t(`merge.${kind}`)}</Table.Td>
              <Table.Td ta="right">{number(added)}</Table.Td>
              <Table.Td ta="right">{number(updated)}</Table.Td>
              <Table.Td ta="right">{number(removed)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Fact label={t('merge.kept')} count={counts.cuboids_kept} testId="merge-kept" />
      <Fact label={t('merge.unmatched')} count={report.unmatched_frames} testId="merge-unmatched" />
      {changesNothing(counts) ? (
        <Text size="sm" c="dimmed">
          {t('merge.nothing')}
        </Text>
      ) : null}
      {report.problems.length === 0 ? null : <ProblemList problems={report.problems} maxHeightPx={128} />}
    </Stack>
  );
}

interface FactProps {
  readonly label: string;
  readonly count: number;
  readonly testId: string;
}

function Fact({ label, count, testId }: FactProps) {
  const { i18n } = useTranslation();
  return (
    <Group justify="space-between" data-testid={testId}>
      <Text size="sm" c={count === 0 ? 'dimmed' : 'inherit'}>
        {label}
      </Text>
      <Text size="sm" className="tb-num" c={count === 0 ? 'dimmed' : 'inherit'}>
        {formatCount(count, i18n.language)}
      </Text>
    </Group>
  );
}
