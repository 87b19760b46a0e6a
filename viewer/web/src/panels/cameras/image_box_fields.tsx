/** The selected 2D box in numbers: its sides, whether it agrees with its cuboid, and how to be rid of it. */
import { IconTrash } from '@tabler/icons-react';
import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';

import { canChange } from '../../editor/image_boxes';
import { SIDES, sidesOf, withSide } from '../../geometry/image_box';
import type { ImageBox } from '../../model/records';
import type { CameraInfo } from '../../model/scene';
import { IconButton } from '../../ui/icon_button';
import { useEditor, useSession } from '../editor_context';
import { NumberField } from '../properties/number_field';
import { LAYER_COLORS } from './image_box_look';

export function ImageBoxFields({ camera }: { readonly camera: CameraInfo }) {
  const editor = useEditor();
  useSession((state) => state.selectedImageBoxId);
  useSession((state) => state.frameIndex);
  useSyncExternalStore(editor.store.subscribe, () => editor.store.version);
  const { selected } = editor.imageBoxes;
  return selected?.camera === camera.name ? (
    <Fields key={selected.id} box={selected} camera={camera} />
  ) : null;
}

function Fields({ box, camera }: { readonly box: ImageBox; readonly camera: CameraInfo }) {
  const { t } = useTranslation();
  const editor = useEditor();
  const part = useSession((state) => state.imageBoxPart);
  const isFixed = !canChange(box);
  const moved = sidesOf(part);
  const [first] = moved;
  const partName =
    part === 'all' || first === undefined
      ? t('images.part_all')
      : moved.length === 1
        ? t(`images.part_${first}`)
        : t('images.part_corner');
  return (
    <div
      className="tb-image-fields"
      role="group"
      aria-label={t('images.boxTitle')}
      data-testid="image-box-fields"
    >
      <strong style={{ borderColor: LAYER_COLORS[box.kind] }}>{t(`images.kind_${box.kind}`)}</strong>
      {SIDES.map((side, index) => (
        <NumberField
          key={side}
          label={t(`images.${side}`)}
          title={t(`images.${side}`)}
          value={box.ltrb_px[index] ?? 0}
          unit="px"
          digits={1}
          step={1}
          least={0}
          most={index % 2 === 0 ? camera.width_px - 1 : camera.height_px - 1}
          isReadOnly={isFixed}
          testId={`image-box-${side}`}
          onCommit={(value) => editor.imageBoxes.change(box, withSide(camera, box.ltrb_px, side, value))}
        />
      ))}
      {isFixed ? null : (
        <>
          <span className="tb-image-part">{t('images.arrows', { part: partName })}</span>
          <IconButton
            label={t('images.deleteBox')}
            keys="Delete"
            icon={<IconTrash size={16} />}
            isDanger
            size={26}
            onClick={() => editor.imageBoxes.removeSelected()}
            position="top"
            testId="image-box-delete"
          />
        </>
      )}
    </div>
  );
}
