/** What the pages ask of the server, by name. */
import { useQuery } from '@tanstack/react-query';

import { api } from '../api/client';
import { takeScene } from '../api/opening';
import type { ProjectId, SceneId } from '../model/ids';

export const useProjects = () => useQuery({ queryKey: ['projects'], queryFn: api.listProjects });

export const useProject = (id: ProjectId) =>
  useQuery({ queryKey: ['projects', id], queryFn: () => api.getProject(id) });

export const useScenes = (id: ProjectId) =>
  useQuery({ queryKey: ['scenes', id], queryFn: () => api.listScenes(id) });

/** A scene is asked anew whenever the editor opens it: its neighbours and its taxonomy may have changed. */
export const useScene = (id: SceneId) =>
  useQuery({
    queryKey: ['scene', id],
    queryFn: () => takeScene(id),
    gcTime: 0,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
