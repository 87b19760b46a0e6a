/** The taxonomy's questions, asked of the selected object. */
import { Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { ResolvedCuboid } from '../../geometry/interpolate';
import type { AttributeValue } from '../../model/records';
import type { Attribute } from '../../model/scene';
import { releaseFocus } from '../../ui/release_focus';
import { useEditor } from '../editor_context';
import { answerTo, attributesFor, valueOfText } from './attribute_options';

export function AttributeFields({ selected }: { readonly selected: ResolvedCuboid }) {
  const { t } = useTranslation();
  const editor = useEditor();
  const attributes = attributesFor(editor.scene.taxonomy, selected.track.category);
  if (attributes.length === 0) {
    return null;
  }
  return (
    <div className="tb-fields">
      <h3>{t('properties.attributes')}</h3>
      {attributes.map((attribute) => (
        <AttributeField
          key={attribute.name}
          attribute={attribute}
          answer={answerTo(attribute, selected)}
          onAnswer={(value) => editor.setAttribute(selected.track.id, attribute.name, value)}
        />
      ))}
    </div>
  );
}

interface AttributeFieldProps {
  readonly attribute: Attribute;
  readonly answer: AttributeValue | null;
  readonly onAnswer: (value: AttributeValue | null) => void;
}

function AttributeField({ attribute, answer, onAnswer }: AttributeFieldProps) {
  const { t } = useTranslation();
  const [text, setText] = useState<string | null>(null);
  const scope =
    attribute.scope === 'track' ? t('properties.attributeTrack') : t('properties.attributeCuboid');
  const shown = answer === null ? null : String(answer);
  const testId = `attribute-${attribute.name}`;
  const label = (
    <span className="tb-row-label" title={scope}>
      {attribute.name}
    </span>
  );
  if (attribute.values.length > 0) {
    const listed = attribute.values.map(String);
    return (
      <div className="tb-label-row">
        {label}
        <Select
          aria-label={attribute.name}
          data={shown === null || listed.includes(shown) ? listed : [shown, ...listed]}
          value={shown}
          placeholder={t('properties.notSet')}
          clearable
          onChange={(value) => {
            onAnswer(value === null ? null : valueOfText(attribute, value));
            releaseFocus();
          }}
          data-testid={testId}
        />
      </div>
    );
  }
  const commit = () => {
    if (text !== null && text !== (shown ?? '')) {
      onAnswer(text.trim() === '' ? null : valueOfText(attribute, text.trim()));
    }
    setText(null);
  };
  return (
    <div className="tb-label-row">
      {label}
      <TextInput
        size="xs"
        aria-label={attribute.name}
        placeholder={t('properties.notSet')}
        value={text ?? shown ?? ''}
        onChange={(event) => setText(event.currentTarget.value)}
        onBlur={commit}
        onKeyDown={(event) => (event.key === 'Enter' ? event.currentTarget.blur() : undefined)}
        data-testid={testId}
      />
    </div>
  );
}
