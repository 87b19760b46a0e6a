/** Says once that the saved keys could not be read; nothing else happens then but that the usual keys are in force. */
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

import { keySettings } from '../../editor/keymap_store';
import { keyCaps } from '../../ui/keys';
import { toastInfo } from '../../ui/toast';

export function BrokenKeys() {
  const { t } = useTranslation();
  useEffect(() => {
    if (keySettings.store.getState().isBroken) {
      keySettings.store.setState({ isBroken: false });
      toastInfo(t('habits.keysBroken', { key: keyCaps(keySettings.keysOf('keys')[0] ?? '').join('+') }));
    }
  }, [t]);
  return null;
}
