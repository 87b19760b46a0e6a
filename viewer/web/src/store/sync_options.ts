/** What saving needs to know, and what a test gives it. */
import type { SceneId } from '../model/ids';
import type { Journal } from './journal';
import type { Pages } from './pages';

export interface SyncOptions {
  readonly sceneId: SceneId;
  readonly author: string;
  readonly journal: Journal;
  /** How long to wait before the next attempt; the tests shorten it. */
  readonly delayMs?: (attempt: number) => number;
  /** The browser's other pages; the tests give their own. */
  readonly pages?: Pages;
}
