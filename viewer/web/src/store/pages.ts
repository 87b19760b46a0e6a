/** Which of this browser's pages still live, so that one page sends what another left only once that one is gone. */

export interface Pages {
  /** Whether it can be known that a page lives. */
  readonly areKnown: boolean;
  /** Say that the page of this name lives, until `leave`. */
  enter(name: string): Promise<void>;
  leave(): void;
  /** Run the task if the page of that name is gone, with no other page doing the same; undefined where it lives. */
  ifGone<T>(name: string, task: () => Promise<T>): Promise<T | undefined>;
  /** Run the task as soon as the page of that name is gone; never after `leave`. */
  onceGone(name: string, task: () => Promise<void>): void;
}

/** Web locks end with their page, however it ends. Plain http from another machine has none: pages then know nothing. */
export function browserPages(): Pages {
  const locks = typeof navigator === 'undefined' ? undefined : (navigator.locks as LockManager | undefined);
  return locks ? new LockedPages(locks) : new UnknownPages();
}

class LockedPages implements Pages {
  readonly areKnown = true;
  private readonly locks: LockManager;
  private readonly left = new AbortController();

  constructor(locks: LockManager) {
    this.locks = locks;
  }

  enter(name: string): Promise<void> {
    return new Promise((entered, failed) => {
      const held = new Promise<void>((leave) => {
        this.left.signal.addEventListener('abort', () => leave());
      });
      const lives = () => {
        entered();
        return held;
      };
      this.locks.request(lockOf(name), { signal: this.left.signal }, lives).catch(failed);
    });
  }

  leave(): void {
    this.left.abort();
  }

  async ifGone<T>(name: string, task: () => Promise<T>): Promise<T | undefined> {
    return this.locks.request(lockOf(name), { ifAvailable: true }, (lock) =>
      lock === null ? undefined : task(),
    );
  }

  onceGone(name: string, task: () => Promise<void>): void {
    const { signal } = this.left;
    this.locks.request(lockOf(name), { signal }, task).catch((error: unknown) => {
      if (!signal.aborted) {
        throw error;
      }
    });
  }
}

/** Every other page may be gone: what they left is sent twice rather than never, and the server stores it once. */
class UnknownPages implements Pages {
  readonly areKnown = false;

  enter(): Promise<void> {
    return Promise.resolve();
  }

  leave(): void {
    // Nobody was told.
  }

  ifGone<T>(_name: string, task: () => Promise<T>): Promise<T | undefined> {
    return task();
  }

  onceGone(_name: string, task: () => Promise<void>): void {
    void task();
  }
}

const lockOf = (name: string): string => `truebox-page-${name}`;
