/** Slows a subscription down, so that a drag redraws panels a few times a second and not at every move. */

type Subscribe = (listener: () => void) => () => void;

/** Calls at once, then at most every `everyMs`; the last call of a burst is never lost. */
export function throttled(subscribe: Subscribe, everyMs: number): Subscribe {
  return (listener) => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    let isWaiting = false;
    const fire = () => {
      isWaiting = false;
      listener();
      timer = setTimeout(() => {
        timer = null;
        if (isWaiting) {
          fire();
        }
      }, everyMs);
    };
    const stop = subscribe(() => {
      isWaiting = true;
      if (timer === null) {
        fire();
      }
    });
    return () => {
      stop();
      clearTimeout(timer ?? undefined);
    };
  };
}

/** Several sources as one. */
export function merged(...subscribes: readonly Subscribe[]): Subscribe {
  return (listener) => {
    const stops = subscribes.map((subscribe) => subscribe(listener));
    return () => stops.forEach((stop) => stop());
  };
}

/** Runs `draw` once in the next animation frame, however often it is asked to. */
export function onceAFrame(draw: () => void): { readonly ask: () => void; readonly stop: () => void } {
  let handle: number | null = null;
  return {
    ask: () => {
      handle ??= requestAnimationFrame(() => {
        handle = null;
        draw();
      });
    },
    stop: () => {
      if (handle !== null) {
        cancelAnimationFrame(handle);
        handle = null;
      }
    },
  };
}
