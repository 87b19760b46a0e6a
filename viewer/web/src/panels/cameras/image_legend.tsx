/** What lies over the enlarged image, in its colours; each can be switched off. */
import { UnstyledButton } from '@mantine/core';
import { IconPalette } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import type { CameraInfo } from '../../model/scene';
import { IMAGE_LAYERS, type ImageLayer } from '../../store/session';
import { Hint } from '../../ui/hint';
import { IconButton } from '../../ui/icon_button';
import { useEditor, useSession } from '../editor_context';
import { keyOf } from '../key_hints';
import { DASHED, LAYER_COLORS } from './image_box_look';

export function ImageLegend({ camera }: { readonly camera: CameraInfo }) {
  const { t } = useTranslation();
  const editor = useEditor();
  const layers = useSession((state) => state.imageLayers);
  const colors = useSession((state) => state.imagePointColors);
  const toggle = (layer: ImageLayer) =>
    editor.session.setState({ imageLayers: { ...layers, [layer]: !layers[layer] } });
  return (
    <div className="tb-image-legend" role="group" aria-label={t('images.layers')} data-camera={camera.name}>
      {IMAGE_LAYERS.map((layer) => (
        <Hint
          key={layer}
          label={t(`images.layerHint.${layer}`)}
          keys={layer === 'points' ? keyOf('points_over_image') : undefined}
          position="top"
        >
          <UnstyledButton
            className="tb-image-layer"
            aria-pressed={layers[layer]}
            onClick={() => toggle(layer)}
            data-testid={`image-layer-${layer}`}
          >
            <span
              className="tb-image-swatch"
              data-dashed={DASHED.has(layer)}
              data-filled={layer === 'points'}
              style={{ color: LAYER_COLORS[layer] }}
            />
            {t(`images.layer.${layer}`)}
          </UnstyledButton>
        </Hint>
      ))}
      {layers.points ? (
        <IconButton
          label={colors === 'depth' ? t('images.byDepth') : t('images.byScene')}
          icon={<IconPalette size={16} />}
          size={24}
          isActive={colors === 'depth'}
          onClick={() =>
            editor.session.setState({ imagePointColors: colors === 'depth' ? 'scene' : 'depth' })
          }
          position="top"
          testId="image-point-colors"
        />
      ) : null}
    </div>
  );
}
