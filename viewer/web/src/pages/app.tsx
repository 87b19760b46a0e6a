/** The routes, inside everything that all pages share. */
import { Center, Loader, MantineProvider } from '@mantine/core';
import '@mantine/core/styles.css';
import { Notifications } from '@mantine/notifications';
import '@mantine/notifications/styles.css';
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { i18n } from 'i18next';
import { lazy, Suspense, useState } from 'react';
import { I18nextProvider } from 'react-i18next';
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
        <Notifications position="bottom-right" limit={4} zIndex={1000} />
        <ErrorBoundary>
          <QueryClientProvider client={queries}>
            <SocketProvider value={socket}>
              <Routes />
            </SocketProvider>
          </QueryClientProvider>
        </ErrorBoundary>
      </MantineProvider>
    </I18nextProvider>
  );
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
