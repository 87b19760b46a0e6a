/** A strip for the first visit to a scene without objects: the one thing to do next. */
import { CloseButton } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useEditor, useLabelVersion } from '../panels/editor_context';
import { keyOf } from '../panels/key_hints';
import { KeyCaps } from '../ui/keys';

export function FirstHint() {
  const { t } = useTranslation();
  const { store } = useEditor();
  const [isHidden, setIsHidden] = useState(false);
  useLabelVersion();
  if (isHidden || store.all('tracks').length > 0) {
    return null;
  }
  return (
    <p className="tb-first-hint" data-testid="first-hint">
      <span>
        {t('editor.hintPress')} <KeyCaps combination={keyOf('new_box')} /> {t('editor.hintCreate')}
      </span>
      <CloseButton size="xs" aria-label={t('editor.hintDismiss')} onClick={() => setIsHidden(true)} />
    </p>
  );
}
