/** Key caps, for tooltips and the help page. */

const NAMES: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
  Delete: 'Del',
  PageUp: 'PgUp',
  PageDown: 'PgDn',
  ' ': 'Space',
  Control: 'Ctrl',
  Mod: 'Ctrl',
};

/** `Ctrl+Shift+ArrowLeft` as the caps printed on a keyboard; a plain letter is shown in upper case. */
export function keyCaps(combination: string): readonly string[] {
  const parts = combination === '+' ? ['+'] : combination.split('+');
  return parts.map((part) => NAMES[part] ?? (part.length === 1 ? part.toUpperCase() : part));
}

export function KeyCaps({ combination }: { readonly combination: string }) {
  return (
    <kbd className="tb-keys" style={{ fontFamily: 'inherit' }}>
      {keyCaps(combination).map((cap) => (
        <span key={cap} className="tb-key">
          {cap}
        </span>
      ))}
    </kbd>
  );
}
