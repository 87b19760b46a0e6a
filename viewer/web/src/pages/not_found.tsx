/** An address that leads nowhere. */
import { Button } from '@mantine/core';
import { IconMapOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';

import { Empty } from '../ui/empty';
import { PageBar } from './page_bar';

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Empty
      icon={<IconMapOff size={28} />}
      title={t('errors.notFoundTitle')}
      text={t('errors.notFound')}
      isPage
      testId="not-found"
    >
      <Button component={Link} href="/" variant="light">
        {t('errors.toProjects')}
      </Button>
    </Empty>
  );
}

export function NotFoundPage() {
  return (
    <div className="tb-page">
      <PageBar />
      <NotFound />
    </div>
  );
}
