/** Catches what a page throws while drawing and shows a page that helps instead. */
import { Button, Code, Group } from '@mantine/core';
import { IconCubeOff } from '@tabler/icons-react';
import { Component, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { Empty } from './empty';

interface Props {
  readonly children: ReactNode;
}

interface State {
  readonly message: string | null;
}

export class ErrorBoundary extends Component<Props, State> {
  override state: State = { message: null };

  static getDerivedStateFromError(error: unknown): State {
    const text = error instanceof Error ? error.message : String(error);
    return { message: text.split('\n', 1)[0] ?? '' };
  }

  override render(): ReactNode {
    return this.state.message === null ? this.props.children : <CrashPage message={this.state.message} />;
  }
}

export function CrashPage({ message }: { readonly message: string }) {
  const { t } = useTranslation();
  return (
    <main role="alert">
      <Empty
        icon={<IconCubeOff size={28} />}
        title={t('errors.crashTitle')}
        text={t('errors.crash')}
        testId="crash-page"
      >
        <Group>
          <Button onClick={() => location.reload()}>{t('errors.reload')}</Button>
          <Button variant="default" component="a" href="/">
            {t('errors.toProjects')}
          </Button>
        </Group>
        {message === '' ? null : (
          <p>
            {t('errors.details')}: <Code>{message}</Code>
          </p>
        )}
      </Empty>
    </main>
  );
}
