/** Plays the frames at the speed they were taken, or a chosen number of times as fast, waiting for each to be drawn. */
import type { SessionStore } from '../store/session';

const SHORTEST_MS = 40;
const LONGEST_MS = 1000;
const RETRY_MS = 30;

export interface PlaybackSteps {
  readonly timesNs: readonly number[];
  /** Whether the frame shown now is drawn. */
  readonly canAdvance: () => boolean;
  readonly goToFrame: (frameIndex: number) => void;
}

export class Playback {
  private readonly session: SessionStore;
  private readonly steps: PlaybackSteps;
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(session: SessionStore, steps: PlaybackSteps) {
    this.session = session;
    this.steps = steps;
  }

  toggle(): void {
    if (this.session.getState().isPlaying) {
      this.stop();
      return;
    }
    if (this.isAtEnd()) {
      this.steps.goToFrame(0);
    }
    this.session.setState({ isPlaying: true });
    this.schedule(this.pauseMs());
  }

  stop(): void {
    if (this.timer !== null) {
      clearTimeout(this.timer);
      this.timer = null;
    }
    if (this.session.getState().isPlaying) {
      this.session.setState({ isPlaying: false });
    }
  }

  private schedule(ms: number): void {
    this.timer = setTimeout(() => this.advance(), ms);
  }

  private advance(): void {
    if (!this.steps.canAdvance()) {
      this.schedule(RETRY_MS);
      return;
    }
    this.steps.goToFrame(this.session.getState().frameIndex + 1);
    if (this.isAtEnd()) {
      this.stop();
    } else {
      this.schedule(this.pauseMs());
    }
  }

  private isAtEnd(): boolean {
    return this.session.getState().frameIndex >= this.steps.timesNs.length - 1;
  }

  private pauseMs(): number {
    const { frameIndex, playbackSpeed } = this.session.getState();
    const now = this.steps.timesNs[frameIndex] ?? 0;
    const next = this.steps.timesNs[frameIndex + 1] ?? now;
    return Math.max(SHORTEST_MS, Math.min(LONGEST_MS, (next - now) / 1e6) / playbackSpeed);
  }
}
