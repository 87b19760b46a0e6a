/** The routes, inside everything that all pages share. */
import { Center, Loader, MantineProvider, MantineThemeProvider, Modal } from '@mantine/core';
import '@mantine/core/styles.css';
import { Notifications } from '@mantine/notifications';
import '@mantine/notifications/styles.css';
import '../ui/toasts.css';
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { i18n } from 'i18next';
import { lazy, type ReactNode, Suspense, useMemo, useState } from 'react';
import { I18nextProvider, useTranslation } from 'react-i18next';
import { Route, Switch } from 'wouter';

import type { Socket } from '../api/socket';
import type { ProjectId, SceneId } from '../model/ids';
import '../ui/base.css';
import { ErrorBoundary } from '../ui/error_boundary';
import { cssVariables, theme } from '../ui/theme';
import { loadedEditorPage, loadEditorPage } from './load_editor_page';
import { NotFoundPage } from './not_found';
import { ProjectPage } from './project';
import { ProjectsPage } from './projects';
import { SocketProvider } from './socket_context';

const LazyEditorPage = lazy(async () => ({ default: (await loadEditorPage()).EditorPage }));

interface AppProps {
  readonly language: i18n;
  readonly queries: QueryClient;
  readonly socket: Socket;
}

export function App({ language, queries, socket }: AppProps) {
  return (
    <I18nextProvider i18n={language}>
      <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="dark">
        <Notifications className="tb-toasts" position="bottom-center" limit={4} zIndex={1000} />
        <NamedClosing>
          <ErrorBoundary>
            <QueryClientProvider client={queries}>
              <SocketProvider value={socket}>
                <Routes />
              </SocketProvider>
            </QueryClientProvider>
          </ErrorBoundary>
        </NamedClosing>
      </MantineProvider>
    </I18nextProvider>
  );
}

/** The cross of every dialog has a name, in the person's language. */
function NamedClosing({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation();
  const label = t('common.close');
  const named = useMemo(() => {
    const defaultProps = { closeButtonProps: { 'aria-label': label } };
    return { components: { Modal: Modal.extend({ defaultProps }) } };
  }, [label]);
  return <MantineThemeProvider theme={named}>{children}</MantineThemeProvider>;
}

function Routes() {
  return (
    <Switch>
      <Route path="/">
        <ProjectsPage />
      </Route>
      <Route path="/projects/:id">{({ id }) => <ProjectPage key={id} id={id as ProjectId} />}</Route>
      <Route path="/scenes/:id">{({ id }) => <SceneRoute id={id as SceneId} />}</Route>
      <Route>
        <NotFoundPage />
      </Route>
    </Switch>
  );
}

function SceneRoute({ id }: { readonly id: SceneId }) {
  // React shows what it had to wait for a third of a second late, so what is here already is not waited for.
  const [EditorPage] = useState(() => loadedEditorPage() ?? LazyEditorPage);
  return (
    <Suspense fallback={<Loading />}>
      <EditorPage key={id} id={id} />
    </Suspense>
  );
}

function Loading() {
  return (
    <Center h="100%">
      <Loader />
    </Center>
  );
}
