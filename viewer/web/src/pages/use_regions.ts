/**
 * Reaching every control by keyboard: F6 goes from panel to panel, Tab from control to control within them, and
 * Escape goes back to the views, where Tab selects objects.
 */
import { type RefObject, useEffect } from 'react';

import { ownsKeys } from '../editor/keymap';
import { releaseFocus } from '../ui/release_focus';

/** What is used up with one press of the mouse: Space, Enter and Tab shall not go on being about it. */
const PRESSED = 'button, a[href], input[type=checkbox], input[type=radio]';
const FOCUSABLE = 'button, a[href], input, [tabindex="0"]';

export function useRegions(root: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = root.current;
    const pressed = (event: KeyboardEvent) => {
      const isDialogOpen = document.querySelector('[role=dialog][aria-modal=true]') !== null;
      if (element === null || isDialogOpen) {
        return;
      }
      if (event.key === 'F6') {
        event.preventDefault();
        focusNext(element, event.shiftKey ? -1 : 1);
      } else if (isInPanel(element, event.target) && staysInPanel(event)) {
        // The editor's own meaning of the key is for the views.
        event.stopPropagation();
      }
    };
    // On the way up: a field hears the key first and may have something to close or to forget.
    const leftField = ({ key, target }: KeyboardEvent) => {
      if (key === 'Escape' && target instanceof HTMLInputElement && element?.contains(target) === true) {
        target.blur();
      }
    };
    const clicked = ({ detail }: MouseEvent) => {
      const focused = document.activeElement;
      // A key that presses a button is told as a click without a count.
      if (detail > 0 && element?.contains(focused) === true && focused?.matches(PRESSED) === true) {
        releaseFocus();
      }
    };
    window.addEventListener('keydown', pressed, { capture: true });
    window.addEventListener('keydown', leftField);
    window.addEventListener('click', clicked);
    return () => {
      window.removeEventListener('click', clicked);
      window.removeEventListener('keydown', pressed, { capture: true });
      window.removeEventListener('keydown', leftField);
    };
  }, [root]);
}

/** Whether the key belongs to the panel; Escape leaves the panel on the way, unless it closes what covers the views. */
function staysInPanel({ key, target }: KeyboardEvent): boolean {
  if (key === 'Escape' && target instanceof HTMLElement && !target.matches('input')) {
    if (target.closest('[data-covers]') !== null && !ownsKeys(target)) {
      return false;
    }
    target.blur();
    return true;
  }
  return key === 'Tab';
}

/** A control that was clicked has the focus too, but Tab shall go on selecting objects there. */
function isInPanel(root: HTMLElement, target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target !== root &&
    root.contains(target) &&
    target.matches(':focus-visible')
  );
}

function focusNext(root: HTMLElement, step: 1 | -1): void {
  const regions = [...root.querySelectorAll<HTMLElement>('[data-region]')].filter(
    (region) => first(region) !== null,
  );
  const present = regions.findIndex((region) => region.contains(document.activeElement));
  const start = present < 0 && step < 0 ? 0 : present;
  const next = regions[(start + step + regions.length) % regions.length];
  (next === undefined ? null : first(next))?.focus({ focusVisible: true });
}

function first(region: HTMLElement): HTMLElement | null {
  return region.querySelector<HTMLElement>(FOCUSABLE);
}
