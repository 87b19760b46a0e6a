/** Gives the keyboard back to the page after a field was used with the mouse; else single keys would go to the field. */
export function releaseFocus(): void {
  if (document.activeElement instanceof HTMLElement) {
    document.activeElement.blur();
  }
}
