/** Which key answers what, while an attribute is being answered by key; a click does the same. */
import { TextInput, UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { answer, attributeChoices, CLEAR_KEYS, endAnswer, valueChoices } from '../../editor/attribute_chord';
import { valueOfText } from '../../model/attributes';
import type { Attribute } from '../../model/scene';
import { KeyCaps } from '../../ui/keys';
import { useEditor, useSelected, useSession } from '../editor_context';
import { answerTo } from '../properties/attribute_options';
import { answerTitle, attributeTitle } from '../properties/attribute_texts';

export function AttributeHint() {
  const { t } = useTranslation();
  const editor = useEditor();
  const chord = useSession((state) => state.attributeChord);
  const selected = useSelected();
  if (chord === null || selected === null) {
    return null;
  }
  const choices = attributeChoices(editor);
  const attribute = choices.find(({ what }) => what.name === chord.attribute)?.what;
  return (
    <div
      className="tb-view-hint tb-chord"
      role="group"
      aria-label={t('chord.title')}
      aria-live="polite"
      data-testid="attribute-hint"
      data-attribute={attribute?.name}
    >
      <strong>{attribute === undefined ? t('chord.which') : attributeTitle(t, attribute.name)}</strong>
      {attribute === undefined ? (
        choices.map(({ key, what }) => (
          <Press
            key={what.name}
            keys={key}
            text={attributeTitle(t, what.name)}
            onPress={() => editor.session.setState({ attributeChord: { attribute: what.name } })}
          />
        ))
      ) : (
        <Answers attribute={attribute} current={String(answerTo(attribute, selected) ?? '')} />
      )}
      <Press keys="Escape" text={t('chord.leave')} onPress={() => endAnswer(editor)} />
    </div>
  );
}

interface AnswersProps {
  readonly attribute: Attribute;
  readonly current: string;
}

function Answers({ attribute, current }: AnswersProps) {
  const { t } = useTranslation();
  const editor = useEditor();
  const scope = attribute.scope === 'track' ? t('chord.track') : t('chord.cuboid');
  return (
    <>
      <span className="tb-view-hint-next">{scope}</span>
      {attribute.values.length === 0 ? <FreeAnswer attribute={attribute} current={current} /> : null}
      {valueChoices(attribute).map(({ key, what }) => (
        <Press
          key={key}
          keys={key}
          // The cap says the value already where both are the same.
          text={answerTitle(t, attribute.name, what).replace(`${key} · `, '')}
          isCurrent={String(what) === current}
          onPress={() => answer(editor, attribute, what)}
        />
      ))}
      <Press
        keys={CLEAR_KEYS[0] ?? ''}
        text={t('chord.clear')}
        isCurrent={current === ''}
        onPress={() => answer(editor, attribute, null)}
      />
    </>
  );
}

/** Any number or text; the field hears the keys itself. */
function FreeAnswer({ attribute, current }: AnswersProps) {
  const { t } = useTranslation();
  const editor = useEditor();
  return (
    <TextInput
      size="xs"
      w={160}
      autoFocus
      defaultValue={current}
      aria-label={t('chord.text')}
      placeholder={t('chord.text')}
      onKeyDown={(event) => {
        const typed = event.currentTarget.value.trim();
        if (event.key === 'Escape') {
          event.stopPropagation();
          endAnswer(editor);
        } else if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
          answer(editor, attribute, typed === '' ? null : valueOfText(attribute, typed));
        }
      }}
      data-testid="attribute-text"
    />
  );
}

interface PressProps {
  readonly keys: string;
  readonly text: string;
  readonly isCurrent?: boolean;
  readonly onPress: () => void;
}

function Press({ keys, text, isCurrent = false, onPress }: PressProps) {
  return (
    <UnstyledButton
      className="tb-chord-press"
      aria-pressed={isCurrent}
      // The views keep the keyboard.
      onMouseDown={(event) => event.preventDefault()}
      onClick={onPress}
    >
      <KeyCaps combination={keys} /> {text}
    </UnstyledButton>
  );
}
