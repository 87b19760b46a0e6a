/** What the editor asks of the machine; pages hand it one that asks the server, tests a fake. */
import type {
  ExtendAnswer,
  ExtendRequest,
  FitInImageAnswer,
  FitInImageRequest,
  FitRequest,
  FittedBox,
  PointsPerFrame,
  RefitRequest,
  SnapAnswer,
  SnapRequest,
  ThinAnswer,
  ThinRequest,
  TrackMotion,
  TrackRequest,
} from '../model/proposals';

/**
 * It computes and stores nothing: the editor makes the change. Failures are rejected with an error whose message is one
 * line for people (an `ApiError`: offline, a frame without a cloud, …); an aborted request with an `AbortError`.
 */
export interface Proposer {
  /** One click on an object becomes a box. */
  fit(frameIndex: number, request: FitRequest, signal?: AbortSignal): Promise<FittedBox>;
  /** A box that is roughly right, or a part of it, is fitted again. */
  refit(frameIndex: number, request: RefitRequest, signal?: AbortSignal): Promise<FittedBox>;
  /** A rectangle in an image becomes a box. */
  fitInImage(frameIndex: number, request: FitInImageRequest, signal?: AbortSignal): Promise<FitInImageAnswer>;
  /** A track is carried on, frame by frame, until nothing vouches for it. */
  extend(request: ExtendRequest, signal?: AbortSignal): Promise<ExtendAnswer>;
  /** The fewest keys of a track within a tolerance. */
  thin(request: ThinRequest, signal?: AbortSignal): Promise<ThinAnswer>;
  /** The keys with which a static track follows its points where poses drift. */
  snap(request: SnapRequest, signal?: AbortSignal): Promise<SnapAnswer>;
  /** Whether one track stands or moves; without a request, of all tracks that are saved. */
  motion(request?: TrackRequest, signal?: AbortSignal): Promise<readonly TrackMotion[]>;
  /** How well an object is seen in each of its frames, and in which best. */
  pointsPerFrame(request: TrackRequest, signal?: AbortSignal): Promise<PointsPerFrame>;
}

/** For editors that nobody gave a proposer: every question is refused in one line. */
export const noProposer: Proposer = {
  fit: refuse,
  refit: refuse,
  fitInImage: refuse,
  extend: refuse,
  thin: refuse,
  snap: refuse,
  motion: refuse,
  pointsPerFrame: refuse,
};

function refuse(): Promise<never> {
  return Promise.reject(new Error('This editor has nobody to ask for proposals'));
}
