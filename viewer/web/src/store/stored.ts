/** What this browser remembers: JSON under a name, read with care because anything may stand there. */

/** `broken` is what cannot be JSON; whoever reads it checks what `found` holds. */
export type Stored =
  | { readonly state: 'none' }
  | { readonly state: 'broken' }
  | { readonly state: 'found'; readonly value: unknown };

export function readStored(name: string): Stored {
  try {
    const text = localStorage.getItem(name);
    return text === null ? { state: 'none' } : parsed(text);
  } catch {
    // Without storage every page begins as the first one did.
    return { state: 'none' };
  }
}

export function writeStored(name: string, value: unknown): void {
  try {
    localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // A browser that forbids storage, or whose storage is full, forgets it with the page.
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(text: string): Stored {
  try {
    return { state: 'found', value: JSON.parse(text) as unknown };
  } catch {
    return { state: 'broken' };
  }
}
