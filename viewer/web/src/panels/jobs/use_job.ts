/** One job followed to its end: by the socket where it is open, by asking where it is not. */
import { useQuery, type QueryClient } from '@tanstack/react-query';

import { api } from '../../api/client';
import type { Socket } from '../../api/socket';
import type { JobId } from '../../model/ids';
import type { Job } from '../../model/scene';

const ASK_EVERY_MS = 1_000;

const jobKey = (id: JobId | null) => ['job', id] as const;

export const isFinished = (job: Job): boolean =>
  job.state === 'done' || job.state === 'failed' || job.state === 'cancelled';

export function useJob(id: JobId | null): Job | undefined {
  const { data } = useQuery({
    queryKey: jobKey(id),
    queryFn: () => (id === null ? Promise.reject(new Error('no job')) : api.getJob(id)),
    enabled: id !== null,
    staleTime: Infinity,
    refetchInterval: ({ state }) =>
      state.data !== undefined && isFinished(state.data) ? false : ASK_EVERY_MS,
  });
  return data;
}

/** What the socket says of jobs goes into the cache; a finished one makes lists of scenes stale. */
export function followJobs(socket: Socket, client: QueryClient): () => void {
  return socket.on('job', ({ job }) => {
    client.setQueryData<Job>(jobKey(job.id), (known) => newer(known, job));
    if (isFinished(job)) {
      void client.invalidateQueries({ queryKey: ['scenes', job.project_id] });
      void client.invalidateQueries({ queryKey: ['projects'] });
    }
  });
}

/** A late message must not bring a finished job back to life. */
export function newer(known: Job | undefined, job: Job): Job {
  return known !== undefined && isFinished(known) && !isFinished(job) ? known : job;
}
