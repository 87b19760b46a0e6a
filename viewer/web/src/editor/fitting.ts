/** Placing by one click and fitting again: the server proposes a box, the editor makes the change. */
import { centerOf, moveInEgo } from '../geometry/box';
import type { ResolvedCuboid } from '../geometry/interpolate';
import { newTrackId, type TrackId } from '../model/ids';
import type { FittedBox, FitWhat } from '../model/proposals';
import type { Box } from '../model/records';
import type { Vec3 } from '../model/tuples';
import { isEqual } from '../store/equal';
import type { Placing } from '../store/session';
import type { Editor } from './editor';
import { noProposer } from './proposer';
import { boxOnGround } from './tools/ground_box';
import { addTrack, putBox } from './verbs';

/** Where a box goes that nobody pointed for, and how high lidars stand above the ground, as far as one may guess. */
const AHEAD_M = 12;
const LIDAR_HEIGHT_M = 1.73;

/** A person waits no longer than this for a box. */
export const PATIENCE_MS = 4000;

export interface Place {
  /** Of the usual size, on the ground: shown at once, and kept where nothing better comes. */
  readonly box: Box;
  /** Somewhere on the object, in `ego`. */
  readonly click: Vec3;
  /** Where it heads, as a drag showed it. */
  readonly headingRad?: number;
}

/** One line for the person at the screen; `key` is an i18n key. */
interface Problem {
  readonly key: string;
  readonly values: Readonly<Record<string, string>>;
}

type Answer = { readonly fitted: FittedBox } | { readonly problem: Problem };

interface Refitted {
  readonly asked: ResolvedCuboid;
  readonly fitted: FittedBox | null;
  readonly box: Box;
  readonly problem: Problem | null;
}

export class Fitting {
  private readonly editor: Editor;
  private count = 0;
  private isDisposed = false;

  constructor(editor: Editor) {
    this.editor = editor;
  }

  dispose(): void {
    this.isDisposed = true;
    this.editor.session.setState({ placings: [] });
  }

  /** One click on an object: a new cuboid where the server fits it, or of the usual size where it cannot. */
  async place(place: Place): Promise<void> {
    const { editor } = this;
    const { frameIndex, activeCategory, placings } = editor.session.getState();
    this.count += 1;
    const placing = { id: this.count, frameIndex, category: activeCategory, box: place.box };
    if (editor.proposer === noProposer || !this.hasCloud(frameIndex)) {
      this.add(placing, place.box);
      return;
    }
    // What is selected is not what the person looks at any more.
    editor.select(null);
    editor.session.setState({ placings: [...placings, placing] });
    const answer = await this.ask((signal) => {
      const { click, headingRad: heading_rad = null } = place;
      return editor.proposer.fit(frameIndex, { click, category: activeCategory, heading_rad }, signal);
    });
    await editor.whenIdle();
    if (this.drop(placing)) {
      this.finish(placing, answer);
    }
  }

  /** By key: what a click would place under the pointer; where that is nowhere, a box ahead of the vehicle. */
  placeNew(): void {
    const { editor } = this;
    const { draft, activeCategory } = editor.session.getState();
    const [x, y, z] = editor.context.lidar_ego;
    const ahead: Vec3 = [x + AHEAD_M, y, z - LIDAR_HEIGHT_M];
    editor.setTool('select');
    if (draft) {
      void this.place({ box: draft, click: centerOf(draft) });
    } else {
      editor.addCuboid(boxOnGround(ahead, editor.category(activeCategory).size_prior_lwh_m, 0));
    }
  }

  /** Take back the newest click whose fit is still on its way; false where there is none. */
  takeBack(): boolean {
    const newest = this.editor.session.getState().placings.at(-1);
    return newest !== undefined && this.drop(newest);
  }

  /**
   * Fit the selected cuboids again, or parts of them one after the other: one undo step. Changes nothing where someone
   * changed the cuboid meanwhile.
   */
  async fitAgain(...whats: readonly FitWhat[]): Promise<void> {
    const { editor } = this;
    const { frameIndex } = editor;
    const asked = editor.group.cuboids;
    const missing = this.missing(asked);
    if (missing !== null) {
      editor.notify(missing);
      return;
    }
    const answers = await Promise.all(
      asked.map((each) => this.refit(each, frameIndex, whats.length > 0 ? whats : ['all'])),
    );
    await editor.whenIdle();
    if (!this.isDisposed) {
      this.applyAll(answers, frameIndex);
    }
  }

  /** Why nothing can be fitted, as an i18n key; null where it can. */
  private missing(cuboids: readonly ResolvedCuboid[]): string | null {
    if (cuboids.length === 0) {
      return this.editor.selectedTrackId === null ? 'fitting.nothingSelected' : 'fitting.notHere';
    }
    return this.hasCloud(this.editor.frameIndex) ? null : 'fitting.noCloud';
  }

  private hasCloud(frameIndex: number): boolean {
    return (this.editor.scene.frames[frameIndex]?.points_url ?? null) !== null;
  }

  private async refit(
    asked: ResolvedCuboid,
    frameIndex: number,
    whats: readonly FitWhat[],
  ): Promise<Refitted> {
    const { category } = asked.track;
    let box: Box = boxOf(asked.cuboid);
    let fitted: FittedBox | null = null;
    for (const what of whats) {
      const request = { box, category, what };
      const answer = await this.ask((signal) => this.editor.proposer.refit(frameIndex, request, signal));
      if ('problem' in answer) {
        const lowered = what === 'to_ground' ? this.lowered(box, frameIndex) : null;
        return {
          asked,
          fitted: null,
          box: lowered ?? box,
          problem: lowered === null ? answer.problem : null,
        };
      }
      ({ fitted } = answer);
      box = boxOf(fitted.box);
    }
    return { asked, fitted, box, problem: null };
  }

  /** Put onto the ground by the points in this browser. */
  private lowered(box: Box, frameIndex: number): Box | null {
    const ground = this.editor.frameIndex === frameIndex ? this.editor.cloud.groundBelow(box) : null;
    const bottom = box.ego_from_object.translation_m[2] - box.size_lwh_m[2] / 2;
    return ground === null ? null : moveInEgo(box, [0, 0, ground - bottom]);
  }

  private applyAll(answers: readonly Refitted[], frameIndex: number): void {
    const { editor } = this;
    const problem = answers.find((answer) => answer.problem !== null)?.problem;
    if (problem) {
      editor.notify(problem.key, problem.values);
    } else if (answers.every(({ fitted }) => fitted?.reason?.code === 'no_points')) {
      editor.notify('fitting.noPointsNear');
    }
    const fresh = answers.filter(({ asked: { track, cuboid } }) => {
      const now = editor.store.resolveTrack(track.id, frameIndex);
      return now !== undefined && isEqual(boxOf(now.cuboid), boxOf(cuboid));
    });
    const changed = fresh.filter(({ asked, box }) => !isEqual(box, boxOf(asked.cuboid)));
    if (changed.length > 0) {
      editor.perform('fitting.step', (tx) =>
        changed.forEach(({ asked, box }) => {
          const track = tx.get('tracks', asked.track.id) ?? asked.track;
          putBox(editor.context, tx, track, frameIndex, box);
        }),
      );
    }
    const [first] = fresh;
    if (first?.fitted) {
      this.remember(first.asked.track.id, frameIndex, first.fitted);
    }
  }

  private finish(placing: Placing, answer: Answer): void {
    const fitted = 'fitted' in answer ? answer.fitted : null;
    const isSeen = fitted !== null && fitted.point_count > 0;
    const trackId = this.add(placing, isSeen ? boxOf(fitted.box) : placing.box);
    if (isSeen) {
      this.remember(trackId, placing.frameIndex, fitted);
    } else if ('problem' in answer) {
      this.editor.notify(answer.problem.key, answer.problem.values);
    } else {
      this.editor.notify('fitting.noPointsHere');
    }
  }

  /** The new track; it gets selected, unless the person has gone on to something else. */
  private add({ frameIndex, category, box: usual }: Placing, box: Box = usual): TrackId {
    const { editor } = this;
    const trackId = newTrackId();
    editor.perform('history.create', (tx) =>
      addTrack(editor.context, tx, trackId, editor.category(category), frameIndex, box),
    );
    const { placings, selectedTrackId } = editor.session.getState();
    const isLooking = selectedTrackId === null || editor.proposer === noProposer;
    if (editor.frameIndex === frameIndex && placings.length === 0 && isLooking) {
      editor.select(trackId);
    }
    return trackId;
  }

  private remember(trackId: TrackId, frameIndex: number, fitted: FittedBox): void {
    this.editor.session.setState({ lastFit: { trackId, frameIndex, fitted } });
  }

  private drop(placing: Placing): boolean {
    const { placings } = this.editor.session.getState();
    const rest = placings.filter(({ id }) => id !== placing.id);
    if (rest.length < placings.length) {
      this.editor.session.setState({ placings: rest });
    }
    return rest.length < placings.length;
  }

  /** The server's answer, or in one line why there is none; never throws. */
  private async ask(question: (signal: AbortSignal) => Promise<FittedBox>): Promise<Answer> {
    const controller = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<Answer>((resolve) => {
      timer = setTimeout(() => {
        resolve({ problem: { key: 'fitting.late', values: {} } });
        controller.abort();
      }, PATIENCE_MS);
    });
    const answer = question(controller.signal).then(
      (fitted): Answer => ({ fitted }),
      (error: unknown): Answer => ({ problem: problemOf(error) }),
    );
    return Promise.race([answer, late]).finally(() => clearTimeout(timer));
  }
}

const boxOf = ({ ego_from_object, size_lwh_m }: Box): Box => ({ ego_from_object, size_lwh_m });

function problemOf(error: unknown): Problem {
  const isOffline = error instanceof Error && 'code' in error && error.code === 'offline';
  const message = error instanceof Error ? error.message : String(error);
  return isOffline ? { key: 'fitting.offline', values: {} } : { key: 'fitting.refused', values: { message } };
}
