/** The server's proposals for one scene, call by call; the server says `rear` where the viewer says `back`. */
import type { SceneId } from '../model/ids';
import type {
  BoxFace,
  ExtendAnswer,
  ExtendRequest,
  FitInImageAnswer,
  FitInImageRequest,
  FitRequest,
  FittedBox,
  FitWhat,
  PointsPerFrame,
  ProposedCuboid,
  RefitRequest,
  SnapAnswer,
  SnapRequest,
  ThinAnswer,
  ThinRequest,
  TrackMotion,
  TrackRequest,
} from '../model/proposals';
import { request } from './request';
import type { components } from './schema';

type Schemas = components['schemas'];
type WireFace = Schemas['FittedBox']['supported_faces'][number];

export function proposalsFor(sceneId: SceneId) {
  const scene = `/api/scenes/${encodeURIComponent(sceneId)}`;
  const post = <T>(path: string, body: unknown, signal?: AbortSignal) =>
    request<T>(`${scene}/${path}`, { method: 'POST', body, signal });
  return {
    fit: async (frameIndex: number, body: FitRequest, signal?: AbortSignal) =>
      fittedOf(await post(`frames/${frameIndex}/fit`, body, signal)),
    refit: async (frameIndex: number, body: RefitRequest, signal?: AbortSignal) =>
      fittedOf(
        await post(
          `frames/${frameIndex}/refit`,
          { ...body, box: boxOf(body.box), what: wireWhat(body.what) },
          signal,
        ),
      ),
    fitInImage: async (
      frameIndex: number,
      body: FitInImageRequest,
      signal?: AbortSignal,
    ): Promise<FitInImageAnswer> => {
      const answer = await post<Schemas['FitInImageAnswer']>(
        `frames/${frameIndex}/fit-in-image`,
        body,
        signal,
      );
      return { ...answer, fitted: answer.fitted && fittedOf(answer.fitted) };
    },
    extend: async (body: ExtendRequest, signal?: AbortSignal): Promise<ExtendAnswer> => {
      const answer = await post<Schemas['ExtendAnswer']>('tracks/extend', body, signal);
      const { cuboids, revised_keys } = answer;
      return { ...answer, cuboids: cuboids.map(proposedOf), revised_keys: revised_keys.map(proposedOf) };
    },
    thin: (body: ThinRequest, signal?: AbortSignal) => post<ThinAnswer>('tracks/thin', body, signal),
    snap: (body: SnapRequest, signal?: AbortSignal) => post<SnapAnswer>('tracks/snap', body, signal),
    motion: async (body?: TrackRequest, signal?: AbortSignal): Promise<readonly TrackMotion[]> => {
      const path = 'tracks/motion';
      const asked = body
        ? post<Schemas['SceneMotion']>(path, body, signal)
        : request<Schemas['SceneMotion']>(`${scene}/${path}`, { signal });
      return (await asked).tracks as readonly TrackMotion[];
    },
    pointsPerFrame: (body: TrackRequest, signal?: AbortSignal) =>
      post<PointsPerFrame>('tracks/points-per-frame', body, signal),
  };
}

const fittedOf = (fitted: Schemas['FittedBox']): FittedBox => ({
  ...fitted,
  supported_faces: fitted.supported_faces.map(faceOf),
});

const proposedOf = (cuboid: Schemas['ProposedCuboid']): ProposedCuboid => ({
  ...cuboid,
  supported_faces: cuboid.supported_faces.map(faceOf),
});

/** A cuboid is a box with more to it; the server takes a box. */
const boxOf = ({ ego_from_object, size_lwh_m }: RefitRequest['box']) => ({ ego_from_object, size_lwh_m });

const faceOf = (face: WireFace): BoxFace => (face === 'rear' ? 'back' : face);

const wireWhat = (what: FitWhat): Schemas['RefitRequest']['what'] => (what === 'back' ? 'rear' : what);
