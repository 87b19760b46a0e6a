/** At which faces of a proposed box somebody should look, for what the lidar saw does not say where they are; pure. */
import type { Face } from '../../geometry/box';
import { type ProposedTrack, WIRE_FACES } from '../../model/autolabel';

export interface UnsureFace {
  readonly face: Face;
  /** How far it may be off, as a standard deviation in metres. */
  readonly sigmaM: number;
}

/** The faces that may be off by more than such objects may be, the worst first. */
export function unsureFaces({ faces }: Pick<ProposedTrack, 'faces'>): readonly UnsureFace[] {
  if (faces === null) {
    return [];
  }
  return WIRE_FACES.filter((name) => faces[name].is_unsure)
    .map((name): UnsureFace => ({ face: name === 'rear' ? 'back' : name, sigmaM: faces[name].sigma_m }))
    .toSorted((a, b) => b.sigmaM - a.sigmaM);
}
