/** Loading and failing, the same on every page. */
import { Center, Loader } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { ApiError, messageOf } from '../api/errors';
import { ErrorPanel } from '../ui/error_panel';
import { NotFound } from './not_found';

interface LoadStateProps {
  readonly error: Error | null;
  readonly onRetry: () => void;
}

export function LoadState({ error, onRetry }: LoadStateProps) {
  const { t } = useTranslation();
  if (error === null) {
    return (
      <Center mih={320}>
        <Loader aria-label={t('common.loading')} />
      </Center>
    );
  }
  const known = error instanceof ApiError ? error : null;
  // A malformed id is as much "nothing here" as an unknown one.
  if (known?.status === 404 || known?.status === 422) {
    return <NotFound />;
  }
  return <ErrorPanel message={messageOf(error)} isOffline={known?.isOffline === true} onRetry={onRetry} />;
}
