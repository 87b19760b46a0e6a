/** Wires everything: language, queries, the one socket, the pages. */
import { QueryClient } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { ApiError } from './api/errors';
import { Socket, socketUrl } from './api/socket';
import { createI18n } from './i18n/i18n';
import { App } from './pages/app';
import { followJobs } from './panels/jobs/use_job';

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // What the server refused it refuses again; a server that is away may come back.
      retry: (count, error) => count < 2 && (!(error instanceof ApiError) || error.isOffline),
      staleTime: 5_000,
    },
  },
});

export function start(root: HTMLElement): void {
  const socket = new Socket(socketUrl(location));
  followJobs(socket, queries);
  socket.start();
  createRoot(root).render(
    <StrictMode>
      <App language={createI18n()} queries={queries} socket={socket} />
    </StrictMode>,
  );
}
