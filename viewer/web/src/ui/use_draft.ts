/** Text that is being typed into a field: Enter and leaving keep it, Escape forgets it. */
import { type ChangeEvent, type KeyboardEvent, useRef, useState } from 'react';

export interface Draft {
  /** What is typed so far; null while nobody types. */
  readonly text: string | null;
  /** Ends the typing without keeping anything. */
  readonly forget: () => void;
  readonly field: {
    readonly onChange: (event: ChangeEvent<HTMLInputElement>) => void;
    readonly onBlur: () => void;
    readonly onKeyDown: (event: KeyboardEvent<HTMLInputElement>) => void;
  };
}

export function useDraft(keep: (text: string) => void): Draft {
  const [text, setText] = useState<string | null>(null);
  // Leaving the field follows the key within one drawing: the state would still be the old one then.
  const typed = useRef<string | null>(null);
  const set = (next: string | null) => {
    typed.current = next;
    setText(next);
  };
  const commit = () => {
    const { current } = typed;
    set(null);
    if (current !== null) {
      keep(current);
    }
  };
  const press = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) {
      return;
    }
    if (event.key === 'Enter') {
      commit();
      event.currentTarget.blur();
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      set(null);
      event.currentTarget.blur();
    }
  };
  return {
    text,
    forget: () => set(null),
    field: {
      onChange: (event) => set(event.currentTarget.value),
      onBlur: commit,
      onKeyDown: press,
    },
  };
}
