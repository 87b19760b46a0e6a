/** A set of callbacks; `add` returns what takes the callback off again. */
export class Listeners<Args extends readonly unknown[] = []> {
  private readonly listeners = new Set<(...args: Args) => void>();

  readonly add = (listener: (...args: Args) => void): (() => void) => {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  };

  call(...args: Args): void {
    [...this.listeners].forEach((listener) => listener(...args));
  }
}
