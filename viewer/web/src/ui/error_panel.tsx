/** A failed load, told in one line, with a way on. */
import { Button } from '@mantine/core';
import { IconAlertTriangle, IconPlugConnectedX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import { Empty } from './empty';

interface ErrorPanelProps {
  readonly message: string;
  readonly isOffline: boolean;
  readonly onRetry: () => void;
}

export function ErrorPanel({ message, isOffline, onRetry }: ErrorPanelProps) {
  const { t } = useTranslation();
  return (
    <div role="alert">
      <Empty
        icon={isOffline ? <IconPlugConnectedX size={28} /> : <IconAlertTriangle size={28} />}
        title={t('errors.title')}
        text={isOffline ? t('errors.offline') : message}
        testId="error-panel"
      >
        <Button variant="light" onClick={onRetry}>
          {t('common.retry')}
        </Button>
      </Empty>
    </div>
  );
}
