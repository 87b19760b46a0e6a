/** What a scene is: where it lies, what was answered at its import, and how far its poses can be trusted. */
import { Badge, Popover, Text, Tooltip } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { SceneDetail } from '../../model/scene';
import { formatCount } from '../../ui/format';
import { IconButton } from '../../ui/icon_button';
import { useEscape } from '../../ui/use_escape';
import { useFormatTitle } from '../formats';
import '../files/files.css';

export function SceneInfo({ scene }: { readonly scene: SceneDetail }) {
  const { t, i18n } = useTranslation();
  const format = useFormatTitle(scene.format);
  const [isOpen, setIsOpen] = useState(false);
  useEscape(isOpen, () => setIsOpen(false));
  const answers = Object.entries(scene.assume);
  return (
    <Popover opened={isOpen} onChange={setIsOpen} width={440} position="bottom-start">
      <Popover.Target>
        <IconButton
          label={t('info.title')}
          icon={<IconInfoCircle size={16} />}
          onClick={() => setIsOpen(!isOpen)}
          size={26}
          isHintHidden={isOpen}
          testId="scene-info"
        />
      </Popover.Target>
      <Popover.Dropdown data-testid="scene-info-text">
        <dl className="tb-scene-info">
          <dt>{t('info.folder')}</dt>
          <dd>
            <code>{scene.path}</code>
          </dd>
          <dt>{t('info.format')}</dt>
          <dd>{format}</dd>
          <dt>{t('info.frames')}</dt>
          <dd>{formatCount(scene.frames.length, i18n.language)}</dd>
          {answers.length === 0 ? null : (
            <>
              <dt>{t('info.answers')}</dt>
              <dd>{answers.map(([question, answer]) => `${question} = ${answer}`).join(', ')}</dd>
            </>
          )}
          <dt>{t('info.poses')}</dt>
          <dd>
            <Poses scene={scene} />
          </dd>
        </dl>
      </Popover.Dropdown>
    </Popover>
  );
}

/** In sight all the time: it decides how tracks are worked on. */
export function MissingPoses({ scene }: { readonly scene: SceneDetail }) {
  const { t } = useTranslation();
  return scene.frames.some((frame) => frame.world_from_ego !== null) ? null : (
    <Tooltip label={t('gaps.noPosesHint')} multiline w={260}>
      <Badge
        size="sm"
        variant="light"
        color="yellow"
        radius="sm"
        style={{ flex: 'none' }}
        data-testid="no-poses"
      >
        {t('gaps.noPoses')}
      </Badge>
    </Tooltip>
  );
}

function Poses({ scene }: { readonly scene: SceneDetail }) {
  const { t } = useTranslation();
  const { source, quality } = scene.trajectory;
  if (source === 'none') {
    return t('info.posesNone');
  }
  if (source === 'given') {
    return scene.frames.some((frame) => frame.world_from_ego !== null)
      ? t('info.posesGiven')
      : t('info.posesAbsent');
  }
  return (
    <>
      {t('info.posesRegistration')}
      <Text size="xs" c="dimmed" className="tb-sentence" data-testid="pose-quality">
        {quality?.summary}
      </Text>
    </>
  );
}
