/** The taxonomy's questions, asked of the selected object. */
import { Select, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import type { ResolvedCuboid } from '../../geometry/interpolate';
import { attributesFor, valueOfText } from '../../model/attributes';
import type { AttributeValue } from '../../model/records';
import type { Attribute } from '../../model/scene';
import { Section } from '../../ui/section';
import { useDraft } from '../../ui/use_draft';
import { releaseFocus } from '../../ui/release_focus';
import { useEditor } from '../editor_context';
import { answerTitle, attributeTitle } from './attribute_texts';
import { answerTo } from './attribute_options';

export function AttributeFields({ selected }: { readonly selected: ResolvedCuboid }) {
  const { t } = useTranslation();
  const editor = useEditor();
  const attributes = attributesFor(editor.scene.taxonomy, selected.track.category);
  if (attributes.length === 0) {
    return null;
  }
  return (
    <Section name="attributes" title={t('properties.attributes')} isOpenAtFirst>
      <div className="tb-fields">
        {attributes.map((attribute) => (
          <AttributeField
            key={attribute.name}
            attribute={attribute}
            answer={answerTo(attribute, selected)}
            onAnswer={(value) => editor.tracks.setAttribute(selected.track.id, attribute.name, value)}
          />
        ))}
      </div>
    </Section>
  );
}

interface AttributeFieldProps {
  readonly attribute: Attribute;
  readonly answer: AttributeValue | null;
  readonly onAnswer: (value: AttributeValue | null) => void;
}

function AttributeField({ attribute, answer, onAnswer }: AttributeFieldProps) {
  const { t } = useTranslation();
  const { text, field } = useDraft((typed) => {
    if (typed !== String(answer ?? '')) {
      onAnswer(typed.trim() === '' ? null : valueOfText(attribute, typed.trim()));
    }
  });
  const scope =
    attribute.scope === 'track' ? t('properties.attributeTrack') : t('properties.attributeCuboid');
  const shown = answer === null ? null : String(answer);
  const testId = `attribute-${attribute.name}`;
  const title = attributeTitle(t, attribute.name);
  const label = (
    <span className="tb-row-label" title={scope}>
      {title}
    </span>
  );
  if (attribute.values.length > 0) {
    const listed = attribute.values.map(String);
    const offered = shown === null || listed.includes(shown) ? listed : [shown, ...listed];
    return (
      <div className="tb-label-row">
        {label}
        <Select
          aria-label={title}
          data={offered.map((value) => ({ value, label: answerTitle(t, attribute.name, value) }))}
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
  return (
    <div className="tb-label-row">
      {label}
      <TextInput
        size="xs"
        aria-label={title}
        placeholder={t('properties.notSet')}
        value={text ?? shown ?? ''}
        {...field}
        data-testid={testId}
      />
    </div>
  );
}
