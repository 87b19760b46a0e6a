/** Whether the browser took the graphics card away; it gives it back by itself, mostly within a second. */
import { type RefObject, useEffect, useState } from 'react';

export function useContextLoss(canvasHost: RefObject<HTMLElement | null>): boolean {
  const [isLost, setIsLost] = useState(false);
  useEffect(() => {
    const host = canvasHost.current;
    if (host === null) {
      return undefined;
    }
    const lost = () => setIsLost(true);
    const restored = () => setIsLost(false);
    // These events do not bubble, but on their way down they come past here.
    host.addEventListener('webglcontextlost', lost, { capture: true });
    host.addEventListener('webglcontextrestored', restored, { capture: true });
    return () => {
      host.removeEventListener('webglcontextlost', lost, { capture: true });
      host.removeEventListener('webglcontextrestored', restored, { capture: true });
    };
  }, [canvasHost]);
  return isLost;
}
