/** Keeps toasts above an element at the bottom of the page, however high it is just now. */
import { useEffect } from 'react';

const VARIABLE = '--tb-toast-bottom';

export function useToastsAbove(element: React.RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const { current } = element;
    if (current === null) {
      return undefined;
    }
    const { style } = document.documentElement;
    const tell = () => style.setProperty(VARIABLE, `${current.getBoundingClientRect().height}px`);
    const resized = new ResizeObserver(tell);
    resized.observe(current);
    tell();
    return () => {
      resized.disconnect();
      style.removeProperty(VARIABLE);
    };
  }, [element]);
}
