/** Opens the auto-labeler from the top bar. */
import { Button } from '@mantine/core';
import { IconWand } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import { Hint } from '../../ui/hint';
import { useEditor, useSession } from '../editor_context';
import { keyOf } from '../key_hints';

export function AutolabelButton() {
  const { t } = useTranslation();
  const { reviewing } = useEditor();
  const isOpen = useSession((state) => state.reviewOpen);
  return (
    <Hint label={t('autolabel.buttonHint')} keys={keyOf('autolabel')} isHidden={isOpen}>
      <Button
        className="tb-autolabel-button"
        size="compact-xs"
        variant={isOpen ? 'outline' : 'light'}
        leftSection={<IconWand size={13} />}
        aria-pressed={isOpen}
        onClick={() => reviewing.toggle()}
        data-testid="open-autolabel"
      >
        {t('autolabel.title')}
      </Button>
    </Hint>
  );
}
