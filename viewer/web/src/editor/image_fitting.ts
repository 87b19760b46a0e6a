/** A rectangle drawn in an image becomes a cuboid: the server proposes it, the editor makes the change. */
import { newTrackId } from '../model/ids';
import type { FitInImageAnswer } from '../model/proposals';
import type { ImageDraft } from '../store/session';
import type { Editor } from './editor';
import { addTrack } from './verbs';

/** Fitting to an image looks at the points of several sweeps; a person waits no longer than this. */
const PATIENCE_MS = 10_000;

interface Problem {
  readonly key: string;
  readonly values: Readonly<Record<string, string>>;
}

export class ImageFitting {
  private readonly editor: Editor;
  private waiting: AbortController | null = null;

  constructor(editor: Editor) {
    this.editor = editor;
  }

  dispose(): void {
    this.cancel();
  }

  /** Forget the rectangle that is being fitted; false where none is. */
  cancel(): boolean {
    const isWaiting = this.waiting !== null;
    this.waiting?.abort();
    this.waiting = null;
    this.editor.session.setState({ imageFitting: null });
    return isWaiting;
  }

  /** A new cuboid of the active category where the rectangle shows it, or one line that says why there is none. */
  async fit(drawn: ImageDraft): Promise<void> {
    const { editor } = this;
    this.cancel();
    const controller = new AbortController();
    this.waiting = controller;
    editor.session.setState({ imageFitting: drawn });
    const { activeCategory: category } = editor.session.getState();
    const { camera, frameIndex, ltrb_px } = drawn;
    const timer = setTimeout(() => controller.abort('late'), PATIENCE_MS);
    const answer = await editor.proposer
      .fitInImage(frameIndex, { camera, ltrb_px, category }, controller.signal)
      .then(
        (found) => found,
        (error: unknown): Problem => problemOf(error, controller.signal.reason === 'late'),
      );
    clearTimeout(timer);
    await editor.whenIdle();
    // Taken back, or another rectangle came after it.
    if (this.waiting !== controller) {
      return;
    }
    this.waiting = null;
    editor.session.setState({ imageFitting: null });
    if ('key' in answer) {
      editor.notify(answer.key, answer.values);
    } else {
      this.take(answer, category, frameIndex);
    }
  }

  private take({ fitted, reason }: FitInImageAnswer, category: string, frameIndex: number): void {
    const { editor } = this;
    if (fitted === null) {
      const code = REASONS.find((known) => known === reason?.code);
      editor.notify(code === undefined ? 'images.reason.other' : `images.reason.${code}`);
      return;
    }
    const trackId = newTrackId();
    const { ego_from_object, size_lwh_m } = fitted.box;
    editor.perform('history.create', (tx) =>
      addTrack(editor.context, tx, trackId, editor.category(category), frameIndex, {
        ego_from_object,
        size_lwh_m,
      }),
    );
    editor.session.setState({ lastFit: { trackId, frameIndex, fitted } });
    if (editor.frameIndex === frameIndex) {
      editor.select(trackId);
    }
  }
}

const REASONS = [
  'camera_sees_no_points',
  'no_points_in_rectangle',
  'nothing_fits',
  'rectangle_too_small',
] as const;

function problemOf(error: unknown, isLate: boolean): Problem {
  if (isLate) {
    return { key: 'images.late', values: {} };
  }
  const isOffline = error instanceof Error && 'code' in error && error.code === 'offline';
  const message = error instanceof Error ? error.message : String(error);
  return isOffline ? { key: 'images.offline', values: {} } : { key: 'fitting.refused', values: { message } };
}
