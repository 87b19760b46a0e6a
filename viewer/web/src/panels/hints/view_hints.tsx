/** What lies over the big view while a key or the ruler waits for more. */
import { AttributeHint } from './attribute_hint';
import './hints.css';
import { RulerHint } from './ruler_hint';

export function ViewHints() {
  return (
    <div className="tb-view-hints">
      <RulerHint />
      <AttributeHint />
    </div>
  );
}
