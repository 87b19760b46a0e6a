/** The scenes of a project as rows: what they hold and how far they are. */
import { ActionIcon, Anchor, Badge, Menu, Progress, Table, Text, Tooltip } from '@mantine/core';
import { IconAlertTriangle, IconDots, IconFolderSearch, IconPhotoOff, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';

import type { SceneSummary } from '../model/scene';
import { useFormatTitle } from '../panels/formats';
import { formatAgo, formatCount, formatDateTime, percent } from '../ui/format';

interface SceneTableProps {
  readonly scenes: readonly SceneSummary[];
  readonly onDelete: (scene: SceneSummary) => void;
  readonly onShowProblems: (scene: SceneSummary) => void;
  readonly onRelink: (scene: SceneSummary) => void;
}

export function SceneTable({ scenes, onDelete, onShowProblems, onRelink }: SceneTableProps) {
  const { t } = useTranslation();
  return (
    <div className="tb-table">
      <Table highlightOnHover verticalSpacing={8}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={152}>
              <span className="tb-visually-hidden">{t('cameras.title')}</span>
            </Table.Th>
            <Table.Th>{t('project.name')}</Table.Th>
            <Table.Th ta="right">{t('project.frames')}</Table.Th>
            <Table.Th ta="right">{t('project.tracks')}</Table.Th>
            <Table.Th ta="right">{t('project.keys')}</Table.Th>
            <Table.Th w={232}>{t('project.progress')}</Table.Th>
            <Table.Th>{t('project.problems')}</Table.Th>
            <Table.Th>{t('project.changed')}</Table.Th>
            <Table.Th w={48} />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {scenes.map((scene) => (
            <SceneRow
              key={scene.id}
              scene={scene}
              onDelete={() => onDelete(scene)}
              onShowProblems={() => onShowProblems(scene)}
              onRelink={() => onRelink(scene)}
            />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

interface SceneRowProps {
  readonly scene: SceneSummary;
  readonly onDelete: () => void;
  readonly onShowProblems: () => void;
  readonly onRelink: () => void;
}

function SceneRow({ scene, onDelete, onShowProblems, onRelink }: SceneRowProps) {
  const { t, i18n } = useTranslation();
  const [, navigate] = useLocation();
  const format = useFormatTitle(scene.format);
  const href = `/scenes/${scene.id}`;
  const sensors = t('project.sensorsValue', { lidars: scene.lidar_count, cameras: scene.camera_count });
  return (
    <Table.Tr className="tb-row" onClick={() => navigate(href)} data-testid="scene-row">
      <Table.Td>
        <Thumbnail url={scene.thumbnail_url} />
      </Table.Td>
      <Table.Td maw={320}>
        <Anchor
          component={Link}
          href={href}
          c="inherit"
          fw={600}
          className="tb-ellipsis"
          display="block"
          title={scene.path}
          onClick={(event: React.MouseEvent) => event.stopPropagation()}
          data-testid="open-scene"
        >
          {scene.name}
        </Anchor>
        <Text size="sm" c="dimmed" className="tb-ellipsis">
          {format} · {sensors}
        </Text>
      </Table.Td>
      <Table.Td ta="right">{formatCount(scene.frame_count, i18n.language)}</Table.Td>
      <Table.Td ta="right">{formatCount(scene.track_count, i18n.language)}</Table.Td>
      <Table.Td ta="right">{formatCount(scene.key_cuboid_count, i18n.language)}</Table.Td>
      <Table.Td>
        <SceneProgress scene={scene} />
      </Table.Td>
      <Table.Td>
        <SceneBadges scene={scene} onShowProblems={onShowProblems} onRelink={onRelink} />
      </Table.Td>
      <Table.Td>
        <time
          className="tb-num tb-dim"
          dateTime={scene.updated_at}
          title={formatDateTime(scene.updated_at, i18n.language)}
        >
          {formatAgo(scene.updated_at, i18n.language)}
        </time>
      </Table.Td>
      <Table.Td onClick={(event) => event.stopPropagation()}>
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon aria-label={t('project.actions', { name: scene.name })} data-testid="scene-menu">
              <IconDots size={16} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item
              leftSection={<IconFolderSearch size={14} />}
              onClick={onRelink}
              data-testid="scene-relink"
            >
              {t('relink.title')}
            </Menu.Item>
            <Menu.Item
              color="red"
              leftSection={<IconTrash size={14} />}
              onClick={onDelete}
              data-testid="scene-delete"
            >
              {t('project.deleteButton')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </Table.Td>
    </Table.Tr>
  );
}

function SceneBadges({ scene, onShowProblems, onRelink }: Omit<SceneRowProps, 'onDelete'>) {
  const { t } = useTranslation();
  const { problem_count: problems, changed_file_count: changed, is_missing: isMissing } = scene;
  if (problems === 0 && changed === 0 && !isMissing) {
    return <Text c="dimmed">–</Text>;
  }
  const badge = (label: string, color: string, onClick: () => void, testId: string) => (
    <Badge
      component="button"
      color={color}
      className="tb-badge-button"
      leftSection={<IconAlertTriangle size={12} />}
      onClick={(event: React.MouseEvent) => {
        event.stopPropagation();
        onClick();
      }}
      data-testid={testId}
    >
      {label}
    </Badge>
  );
  return (
    <div className="tb-badges">
      {isMissing ? badge(t('files.missing'), 'red', onRelink, 'scene-missing') : null}
      {changed > 0
        ? badge(t('files.changedShort', { count: changed }), 'orange', onShowProblems, 'scene-changed')
        : null}
      {problems > 0
        ? badge(t('common.problems', { count: problems }), 'yellow', onShowProblems, 'scene-problems')
        : null}
    </div>
  );
}

function Thumbnail({ url }: { readonly url: string | null }) {
  const { t } = useTranslation();
  const [isBroken, setIsBroken] = useState(false);
  if (url === null || isBroken) {
    return (
      <span className="tb-thumbnail" title={t('project.noThumbnail')}>
        <IconPhotoOff size={18} aria-label={t('project.noThumbnail')} />
      </span>
    );
  }
  return <img className="tb-thumbnail" src={url} alt="" loading="lazy" onError={() => setIsBroken(true)} />;
}

function SceneProgress({ scene }: { readonly scene: SceneSummary }) {
  const { t } = useTranslation();
  const { done_frames: done, empty_frames: empty, frame_count: count } = scene;
  const text = t('project.progressValue', { done, empty, left: Math.max(0, count - done - empty) });
  return (
    <Tooltip label={text}>
      <div className="tb-progress">
        <Progress.Root size={8} flex={1} role="img" aria-label={text}>
          <Progress.Section value={percent(done, count)} color="lagoon" withAria={false} />
          <Progress.Section value={percent(empty, count)} color="dark.3" withAria={false} />
        </Progress.Root>
        <span className="tb-num tb-dim">{percent(done + empty, count)} %</span>
      </div>
    </Tooltip>
  );
}
