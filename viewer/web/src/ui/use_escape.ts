/** Escape for what lies over the page and has no focus of its own: it closes that, and nothing behind it hears. */
import { useEffect, useEffectEvent } from 'react';

/** Dialogs lie above and come first: they close themselves. */
export function useEscape(isOpen: boolean, close: () => void): void {
  const pressed = useEffectEvent((event: KeyboardEvent) => {
    if (event.key === 'Escape' && !event.isComposing && !isDialogOpen()) {
      event.stopImmediatePropagation();
      event.preventDefault();
      close();
    }
  });
  useEffect(() => {
    if (!isOpen) {
      return undefined;
    }
    const listener = (event: KeyboardEvent) => pressed(event);
    window.addEventListener('keydown', listener, { capture: true });
    return () => window.removeEventListener('keydown', listener, { capture: true });
  }, [isOpen]);
}

const isDialogOpen = (): boolean => document.querySelector('[role=dialog][aria-modal=true]') !== null;
