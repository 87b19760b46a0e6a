/** Before anything is written: how much goes out, and what the format cannot hold. */
import { Alert, Group, Loader, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import type { ExportCheck, Loss } from '../../api/types';

interface ExportCheckViewProps {
  readonly check: ExportCheck | undefined;
  readonly error: string | null;
  readonly isChecking: boolean;
  /** Unconfirmed cuboids are written too. */
  readonly isUnconfirmedIn: boolean;
}

export function ExportCheckView({ check, error, isChecking, isUnconfirmedIn }: ExportCheckViewProps) {
  const { t } = useTranslation();
  if (error !== null) {
    return (
      <Alert color="red" icon={<IconAlertTriangle size={18} />} role="alert">
        {error}
      </Alert>
    );
  }
  if (check === undefined) {
    return isChecking ? (
      <Group gap="sm">
        <Loader size={14} />
        <Text size="sm" c="dimmed">
          {t('export.checking')}
        </Text>
      </Group>
    ) : null;
  }
  const unconfirmed = isUnconfirmedIn
    ? t('export.countUnconfirmed', { count: check.unconfirmed })
    : t('export.leftOutUnconfirmed', { count: check.unconfirmed });
  if (check.cuboids === 0) {
    return (
      <Alert color="yellow">
        {t('export.nothing')} {check.unconfirmed > 0 ? unconfirmed : null}
      </Alert>
    );
  }
  return (
    <Stack gap="sm" data-testid="export-check">
      <Group gap="sm">
        <Text fw={600}>
          {t('export.cuboids', { count: check.cuboids })} · {t('common.scenes', { count: check.scenes })}
        </Text>
        {check.unconfirmed > 0 ? (
          <Text size="sm" c="dimmed" data-testid="export-count-unconfirmed">
            {unconfirmed}
          </Text>
        ) : null}
        {isChecking ? <Loader size={12} /> : null}
      </Group>
      <LossList losses={check.losses} />
    </Stack>
  );
}

export function LossList({ losses }: { readonly losses: readonly Loss[] }) {
  const { t } = useTranslation();
  if (losses.length === 0) {
    return (
      <Group gap="xs" c="var(--tb-ok)">
        <IconCircleCheck size={16} />
        <Text size="sm">{t('export.noLosses')}</Text>
      </Group>
    );
  }
  return (
    <Alert
      color="yellow"
      icon={<IconAlertTriangle size={18} />}
      title={t('export.lossesTitle')}
      data-testid="export-losses"
    >
      <Stack gap={4}>
        {losses.map(({ message, count }) => (
          <Group key={message} justify="space-between" wrap="nowrap" align="flex-start">
            <Text size="sm" className="tb-sentence">
              {message}
            </Text>
            <Text size="sm" className="tb-num">
              {count}
            </Text>
          </Group>
        ))}
      </Stack>
    </Alert>
  );
}
