/** What lies over the big view while a key or a tool waits for more. */
import { AttributeHint } from './attribute_hint';
import { CreateHint } from './create_hint';
import './hints.css';
import { RulerHint } from './ruler_hint';

export function ViewHints() {
  return (
    <div className="tb-view-hints">
      <CreateHint />
      <RulerHint />
      <AttributeHint />
    </div>
  );
}
