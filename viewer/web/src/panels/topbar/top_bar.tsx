/** The editor's top line: where one is, undo and redo, whether the work is saved, who else is here. */
import { ActionIcon, Tooltip } from '@mantine/core';
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconArrowLeft,
  IconChevronLeft,
  IconChevronRight,
  IconDownload,
  IconHelp,
} from '@tabler/icons-react';
import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';

import { tKey } from '../../i18n/dynamic';
import type { SceneId } from '../../model/ids';
import { IconButton } from '../../ui/icon_button';
import { LogoMark } from '../../ui/logo';
import { LanguageMenu, ThemeButton } from '../../ui/preferences';
import { AutolabelButton } from '../autolabel/autolabel_button';
import { useEditor } from '../editor_context';
import { DisplaySettings } from '../display/display_settings';
import { FindingsBadge } from '../findings/findings_badge';
import { keyOf } from '../key_hints';
import { People } from './people';
import { SaveState } from './save_state';
import { MissingPoses, SceneInfo } from './scene_info';
import { SceneProblems } from './scene_problems';
import './topbar.css';

export function TopBar({ onShowConflict }: { readonly onShowConflict: () => void }) {
  const { t } = useTranslation();
  const editor = useEditor();
  const { scene, session } = editor;
  return (
    <header className="tb-topbar">
      <Tooltip label={t('editor.back')}>
        <ActionIcon
          component={Link}
          href={`/projects/${scene.project_id}`}
          size={30}
          aria-label={t('editor.back')}
          data-testid="back-to-project"
        >
          <IconArrowLeft size={18} />
        </ActionIcon>
      </Tooltip>
      <LogoMark size={22} />
      <SceneStep
        label={scene.previous_scene_id === null ? t('editor.firstScene') : t('editor.previousScene')}
        target={scene.previous_scene_id}
        icon={<IconChevronLeft size={16} />}
        testId="previous-scene"
      />
      <h1 className="tb-ellipsis" title={scene.path} data-testid="scene-name">
        {scene.name}
      </h1>
      <SceneStep
        label={scene.next_scene_id === null ? t('editor.lastScene') : t('editor.nextScene')}
        target={scene.next_scene_id}
        icon={<IconChevronRight size={16} />}
        testId="next-scene"
      />
      <SceneInfo scene={scene} />
      <MissingPoses scene={scene} />
      <SceneProblems problems={scene.problems} />
      <FindingsBadge />
      <AutolabelButton />
      <span className="tb-topbar-line" />
      <UndoRedo />
      <span style={{ flex: 1 }} />
      <SaveState onShowConflict={onShowConflict} />
      <People />
      <span className="tb-topbar-line" />
      <DisplaySettings />
      <IconButton
        label={t('editor.export')}
        keys={keyOf('export')}
        icon={<IconDownload size={18} />}
        onClick={() => session.setState({ exportOpen: true })}
        testId="open-export"
      />
      <LanguageMenu />
      <ThemeButton />
      <IconButton
        label={t('editor.help')}
        keys={keyOf('help')}
        icon={<IconHelp size={18} />}
        onClick={() => session.setState({ helpOpen: true })}
        testId="open-help"
      />
    </header>
  );
}

interface SceneStepProps {
  readonly label: string;
  readonly target: SceneId | null;
  readonly icon: React.ReactNode;
  readonly testId: string;
}

function SceneStep({ label, target, icon, testId }: SceneStepProps) {
  const [, navigate] = useLocation();
  return (
    <IconButton
      label={label}
      icon={icon}
      size={26}
      disabled={target === null}
      onClick={() => (target === null ? undefined : navigate(`/scenes/${target}`))}
      testId={testId}
    />
  );
}

function UndoRedo() {
  const { t } = useTranslation();
  const editor = useEditor();
  const { history } = editor;
  useSyncExternalStore(history.subscribe, () => history.version);
  const { undoLabel, redoLabel } = history;
  return (
    <>
      <IconButton
        label={undoLabel === null ? t('editor.undo') : t('editor.undoOf', { what: tKey(t, undoLabel) })}
        keys={keyOf('undo')}
        icon={<IconArrowBackUp size={18} />}
        onClick={() => editor.undo()}
        disabled={!history.canUndo}
        testId="undo"
      />
      <IconButton
        label={redoLabel === null ? t('editor.redo') : t('editor.redoOf', { what: tKey(t, redoLabel) })}
        keys={keyOf('redo')}
        icon={<IconArrowForwardUp size={18} />}
        onClick={() => editor.redo()}
        disabled={!history.canRedo}
        testId="redo"
      />
    </>
  );
}
