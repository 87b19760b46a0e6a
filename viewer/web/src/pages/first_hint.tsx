/** A strip for the first object of a scene: the one thing to do next. */
import { Button, CloseButton } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { actionById } from '../editor/actions';
import { tKey } from '../i18n/dynamic';
import type { LabelStore } from '../store/label_store';
import { useEditor, useLabelVersion, useSession } from '../panels/editor_context';
import { keyOf } from '../panels/key_hints';
import { KeyCaps } from '../ui/keys';

type Step = 'place' | 'sequence';

export function FirstHint() {
  const { t } = useTranslation();
  const { store } = useEditor();
  useSession((state) => state.selectedTrackId);
  const isFree = useSession((state) => state.tool === 'select');
  const [hidden, setHidden] = useState<Step | null>(null);
  useLabelVersion();
  const step = nextStep(store);
  if (step === null || step === hidden || !isFree) {
    return null;
  }
  return (
    <Strip step={step} onHide={() => setHidden(step)}>
      {step === 'place' ? (
        <>
          {t('editor.hintPress')} <KeyCaps combination={keyOf('new_box')} /> {t('editor.hintCreate')}
        </>
      ) : (
        <>
          {t('editor.hintNext')} <ActionButton id="static" /> <ActionButton id="extend_both" />
        </>
      )}
    </Strip>
  );
}

interface StripProps {
  readonly step: Step;
  readonly onHide: () => void;
  readonly children: ReactNode;
}

function Strip({ step, onHide, children }: StripProps) {
  const { t } = useTranslation();
  return (
    <p className="tb-first-hint" data-testid="first-hint" data-step={step}>
      <span>{children}</span>
      <CloseButton size="xs" aria-label={t('editor.hintDismiss')} onClick={onHide} />
    </p>
  );
}

function ActionButton({ id }: { readonly id: 'static' | 'extend_both' }) {
  const { t } = useTranslation();
  const editor = useEditor();
  const action = actionById(id);
  return (
    <Button
      size="compact-xs"
      variant="default"
      disabled={!action.isEnabled(editor)}
      onClick={() => action.run(editor, { hold: false })}
      data-testid={`hint-${id}`}
    >
      {tKey(t, action.titleKey)} <KeyCaps combination={keyOf(id)} />
    </Button>
  );
}

/** First a cuboid; then, while there is but one, the rest of its sequence. */
function nextStep(store: LabelStore): Step | null {
  const [track, ...others] = store.all('tracks');
  if (track === undefined) {
    return 'place';
  }
  const isBegun = others.length > 0 || track.is_static || store.all('cuboids').length > 1;
  return isBegun || store.timeline.times_ns.length < 2 ? null : 'sequence';
}
