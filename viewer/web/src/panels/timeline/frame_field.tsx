/** Which frame is on screen, to be read and to be typed. */
import { useTranslation } from 'react-i18next';

import { Hint } from '../../ui/hint';
import { useDraft } from '../../ui/use_draft';
import { useEditor, useSession } from '../editor_context';
import { frameOfText } from './timeline_layout';

export function FrameField() {
  const { t } = useTranslation();
  const editor = useEditor();
  const frameIndex = useSession((state) => state.frameIndex);
  const last = editor.scene.frames.length - 1;
  const { text, field } = useDraft((typed) => editor.goToFrame(frameOfText(typed, last) ?? frameIndex));
  return (
    <Hint label={t('timeline.goTo')} position="top">
      <label className="tb-frame-number" data-testid="frame-number">
        {t('timeline.frame')}
        <input
          type="text"
          inputMode="numeric"
          autoComplete="off"
          aria-label={t('timeline.goTo')}
          style={{ width: `${Math.max(2, String(last).length) + 1}ch` }}
          value={text ?? String(frameIndex)}
          onFocus={(event) => event.currentTarget.select()}
          {...field}
          data-testid="frame-field"
        />
        / {last}
      </label>
    </Hint>
  );
}
