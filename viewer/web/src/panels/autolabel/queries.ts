/** What the panel asks of the server, by name; all of it is stale once a job has proposed something. */
import {
  keepPreviousData,
  type QueryClient,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';

import { api } from '../../api/client';
import { messageOf } from '../../api/errors';
import type { ActivateBody, AutolabelBody } from '../../api/types';
import type { Editor } from '../../editor/editor';
import type { ProjectId, SceneId } from '../../model/ids';
import type { Job } from '../../model/scene';
import { toastError } from '../../ui/toast';
import { useEditor } from '../editor_context';
import { isFinished, useJob } from '../jobs/use_job';

const ALL = 'autolabel';

/** Asked again as soon as more is labelled and saved. */
export function useReadiness(id: ProjectId) {
  const revision = useSavedRevision();
  return useQuery({
    queryKey: [ALL, 'readiness', id, revision],
    queryFn: ({ signal }) => api.getReadiness(id, signal),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
}

function useSavedRevision(): number {
  const { store, sync } = useEditor();
  return useSyncExternalStore(
    (listener) => {
      const stops = [store.subscribe(listener), sync.subscribe(listener)];
      return () => stops.forEach((stop) => stop());
    },
    () => store.revision,
  );
}

export const useModels = (id: ProjectId) =>
  useQuery({ queryKey: [ALL, 'models', id], queryFn: ({ signal }) => api.listModels(id, signal) });

export const useComparison = (id: ProjectId, a: number, b: number) =>
  useQuery({
    queryKey: [ALL, 'compare', id, a, b],
    queryFn: ({ signal }) => api.compareModels(id, a, b, signal),
  });

export const useProposedTracks = (id: SceneId) =>
  useQuery({
    queryKey: [ALL, 'proposed', id],
    queryFn: ({ signal }) => api.getProposedTracks(id, signal),
    // Accepting changes nothing in it that the labels do not say themselves.
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  });

const jobsKey = (id: ProjectId) => ['autolabel-jobs', id] as const;

/** The job that proposes labels in this project: the one under way, else the last one. */
export function useAutolabelJob(id: ProjectId): Job | undefined {
  const client = useQueryClient();
  const { data: last } = useQuery({
    queryKey: jobsKey(id),
    queryFn: async () => newestOf(await api.listJobs(id)),
  });
  const followed = useJob(last?.id ?? null);
  const job = followed ?? last ?? undefined;
  const told = job === undefined ? '' : `${job.id} ${isFinished(job)} ${scenesOf(job)}`;
  useEffect(() => {
    if (told !== '') {
      void client.invalidateQueries({ queryKey: [ALL] });
    }
  }, [client, told]);
  return job;
}

/** How many scenes got proposals by now. */
const scenesOf = ({ result }: Job): number => {
  const ids = result?.['scene_ids'];
  return Array.isArray(ids) ? ids.length : 0;
};

function newestOf(jobs: readonly Job[]): Job | null {
  const ours = jobs.filter(({ kind }) => kind === 'autolabel');
  const [newest] = ours.toSorted((a, b) => b.created_at.localeCompare(a.created_at));
  return ours.find((job) => !isFinished(job)) ?? newest ?? null;
}

const follow = (client: QueryClient, job: Job): void => {
  client.setQueryData(jobsKey(job.project_id), job);
};

/** Start learning and proposing; labels that are still on their way are saved first. */
export function useStartAutolabel(id: ProjectId) {
  const client = useQueryClient();
  const { t } = useTranslation();
  const editor = useEditor();
  return useMutation({
    mutationFn: async (body: AutolabelBody) => {
      editor.saveNow();
      await whenSaved(editor);
      return api.autolabel(id, body);
    },
    onSuccess: (job) => follow(client, job),
    onError: (error) => toastError(t('autolabel.notStarted'), messageOf(error)),
  });
}

/** When nothing is on its way to the server any more, whether it arrived or not. */
function whenSaved({ sync }: Editor): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (sync.state !== 'saving') {
        stop();
        resolve();
      }
    };
    const stop = sync.subscribe(look);
    look();
  });
}

export function useActivateModel(id: ProjectId) {
  const client = useQueryClient();
  const { t } = useTranslation();
  return useMutation({
    mutationFn: ({ version, ...body }: ActivateBody & { readonly version: number }) =>
      api.activateModel(id, version, body),
    onSuccess: ({ job }) => {
      if (job !== null) {
        follow(client, job);
      }
      void client.invalidateQueries({ queryKey: [ALL] });
    },
    onError: (error) => toastError(t('errors.title'), messageOf(error)),
  });
}

/** Gives the editor what the server proposes for its scene, also when somebody's job has just proposed it. */
export function useProposedInEditor() {
  const editor = useEditor();
  const client = useQueryClient();
  const query = useProposedTracks(editor.scene.id);
  const { data } = query;
  useEffect(() => {
    if (data !== undefined) {
      editor.reviewing.setProposed(data.tracks);
    }
  }, [editor, data]);
  useEffect(
    () =>
      editor.store.onDiff((diff, origin) => {
        const isModels = [...diff.cuboids.added.values()].some(({ source }) => source.startsWith('model:'));
        if (origin === 'remote' && isModels) {
          void client.invalidateQueries({ queryKey: [ALL, 'proposed', editor.scene.id] });
        }
      }),
    [editor, client],
  );
  return query;
}
