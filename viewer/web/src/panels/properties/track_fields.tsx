/** Category, track id and whether the object stands still. */
import { Select, Switch, TextInput } from '@mantine/core';
import { type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { ResolvedCuboid } from '../../geometry/interpolate';
import { Hint } from '../../ui/hint';
import { releaseFocus } from '../../ui/release_focus';
import { useEditor } from '../editor_context';

export function TrackFields({ selected }: { readonly selected: ResolvedCuboid }) {
  const { t } = useTranslation();
  const editor = useEditor();
  const { track } = selected;
  const names = editor.scene.taxonomy.categories.map((category) => category.name);
  // A category that the taxonomy lost must still be shown.
  const options = names.includes(track.category) ? names : [track.category, ...names];
  const { color } = editor.category(track.category);
  return (
    <div className="tb-fields">
      <div className="tb-two">
        <Select
          label={t('properties.category')}
          data={options}
          value={track.category}
          allowDeselect={false}
          leftSection={<span className="tb-swatch" style={{ background: color }} />}
          renderOption={({ option }) => (
            <>
              <span className="tb-swatch" style={{ background: editor.category(option.value).color }} />
              {option.label}
            </>
          )}
          onChange={(value) => {
            if (value !== null) {
              editor.setCategory(track.id, value);
            }
            releaseFocus();
          }}
          data-testid="property-category"
        />
        <TrackIdField selected={selected} />
      </div>
      <Hint label={t('properties.staticHint')} position="left">
        <Switch
          label={t('properties.static')}
          checked={track.is_static}
          onChange={(event) => editor.setStatic(track.id, event.currentTarget.checked)}
          data-testid="property-static"
        />
      </Hint>
    </div>
  );
}

function TrackIdField({ selected: { track } }: { readonly selected: ResolvedCuboid }) {
  const { t } = useTranslation();
  const editor = useEditor();
  const [text, setText] = useState<string | null>(null);
  const shown = text ?? track.external_id ?? '';
  const commit = () => {
    if (text !== null && text.trim() !== (track.external_id ?? '')) {
      editor.setTrackNumber(track.id, text.trim() === '' ? null : text.trim());
    }
    setText(null);
  };
  const press = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Enter') {
      event.currentTarget.blur();
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      setText(null);
    }
  };
  return (
    <TextInput
      size="xs"
      label={t('properties.trackId')}
      placeholder={t('objects.noId')}
      value={shown}
      maxLength={64}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={press}
      data-testid="property-track-id"
    />
  );
}
