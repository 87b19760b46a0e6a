/** Category, track id and whether the object stands still. */
import { Select, Switch } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import type { ResolvedCuboid } from '../../geometry/interpolate';
import { categoryTitle } from '../../model/names';
import { Hint } from '../../ui/hint';
import { releaseFocus } from '../../ui/release_focus';
import { useDraft } from '../../ui/use_draft';
import { useEditor } from '../editor_context';
import { keyOf } from '../key_hints';
import { MotionChip } from '../tracks/motion_chip';
import { TrackMenu } from '../tracks/track_menu';
import '../tracks/tracks.css';

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
          aria-label={t('properties.category')}
          title={t('properties.category')}
          data={options.map((value) => ({ value, label: categoryTitle(value) }))}
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
              editor.group.setCategory(value);
            }
            releaseFocus();
          }}
          data-testid="property-category"
        />
        <TrackIdField selected={selected} />
      </div>
      <div className="tb-track-line">
        <Hint label={t('properties.staticHint')} keys={keyOf('static')} position="left">
          <Switch
            label={t('properties.static')}
            checked={track.is_static}
            onChange={() => editor.tracks.toggleStatic(track.id)}
            data-testid="property-static"
          />
        </Hint>
        <MotionChip track={track} />
        <TrackMenu />
      </div>
    </div>
  );
}

function TrackIdField({ selected: { track } }: { readonly selected: ResolvedCuboid }) {
  const { t } = useTranslation();
  const editor = useEditor();
  const before = track.external_id ?? '';
  const { text, field } = useDraft((typed) => {
    const name = typed.trim();
    if (name !== before) {
      editor.tracks.setTrackNumber(track.id, name === '' ? null : name);
    }
  });
  const title = before === '' ? t('properties.trackIdNew') : t('properties.trackId');
  return (
    <label className="tb-number" title={title}>
      <span className="tb-number-label">{t('properties.id')}</span>
      <input
        type="text"
        autoComplete="off"
        spellCheck={false}
        maxLength={64}
        aria-label={t('properties.trackId')}
        placeholder={t('objects.noId')}
        value={text ?? before}
        onFocus={(event) => event.currentTarget.select()}
        {...field}
        data-testid="property-track-id"
      />
    </label>
  );
}
