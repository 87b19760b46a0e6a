/** One project: its scenes, import, export. */
import { Button, Group, TextInput, Title } from '@mantine/core';
import { IconDownload, IconFileImport, IconSearch, IconStack2, IconTagsFilled } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { ProjectId } from '../model/ids';
import type { SceneSummary } from '../model/scene';
import { ExportDialog } from '../panels/export/export_dialog';
import { RelinkDialog } from '../panels/files/relink_dialog';
import { ImportDialog } from '../panels/import/import_dialog';
import { MergeDialog } from '../panels/merge/merge_dialog';
import { Empty } from '../ui/empty';
import { LoadState } from './load_state';
import { PageBar } from './page_bar';
import './pages.css';
import { useProject, useScenes } from './queries';
import { DeleteSceneDialog, SceneProblemsDialog } from './scene_dialogs';
import { SceneTable } from './scene_table';

type Dialog =
  | 'import'
  | 'merge'
  | 'export'
  | { readonly delete: SceneSummary }
  | { readonly problems: SceneSummary }
  | { readonly relink: SceneSummary }
  | null;

export function ProjectPage({ id }: { readonly id: ProjectId }) {
  const { t } = useTranslation();
  const project = useProject(id);
  const scenes = useScenes(id);
  const [dialog, setDialog] = useState<Dialog>(null);
  const close = () => setDialog(null);
  const isLoaded = project.data !== undefined && scenes.data !== undefined;
  const retry = () => {
    void project.refetch();
    void scenes.refetch();
  };
  const importButton = (
    <Button
      leftSection={<IconFileImport size={16} />}
      onClick={() => setDialog('import')}
      data-testid="open-import"
    >
      {t('project.import')}
    </Button>
  );
  return (
    <div className="tb-page">
      <PageBar title={project.data?.name} />
      <main className="tb-page-body">
        {isLoaded ? null : <LoadState error={project.error ?? scenes.error} onRetry={retry} />}
        {isLoaded && scenes.data.length === 0 ? (
          <Empty icon={<IconStack2 size={28} />} title={t('project.emptyTitle')} text={t('project.empty')}>
            {importButton}
          </Empty>
        ) : null}
        {isLoaded && scenes.data.length > 0 ? (
          <ScenesSection
            scenes={scenes.data}
            importButton={importButton}
            onExport={() => setDialog('export')}
            onMerge={() => setDialog('merge')}
            onDelete={(scene) => setDialog({ delete: scene })}
            onShowProblems={(scene) => setDialog({ problems: scene })}
            onRelink={(scene) => setDialog({ relink: scene })}
          />
        ) : null}
      </main>
      <ImportDialog projectId={id} isOpen={dialog === 'import'} onClose={close} />
      <MergeDialog projectId={id} sceneId={null} isOpen={dialog === 'merge'} onClose={close} />
      <ExportDialog projectId={id} sceneId={null} isOpen={dialog === 'export'} onClose={close} />
      {dialog !== null && typeof dialog === 'object' && 'delete' in dialog ? (
        <DeleteSceneDialog scene={dialog.delete} onClose={close} />
      ) : null}
      {dialog !== null && typeof dialog === 'object' && 'problems' in dialog ? (
        <SceneProblemsDialog scene={dialog.problems} onClose={close} />
      ) : null}
      {dialog !== null && typeof dialog === 'object' && 'relink' in dialog ? (
        <RelinkDialog projectId={id} folder={dialog.relink.path} onClose={close} />
      ) : null}
    </div>
  );
}

interface ScenesSectionProps {
  readonly scenes: readonly SceneSummary[];
  readonly importButton: React.ReactNode;
  readonly onExport: () => void;
  readonly onMerge: () => void;
  readonly onDelete: (scene: SceneSummary) => void;
  readonly onShowProblems: (scene: SceneSummary) => void;
  readonly onRelink: (scene: SceneSummary) => void;
}

function ScenesSection({ scenes, importButton, onExport, onMerge, ...rowActions }: ScenesSectionProps) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const needle = text.trim().toLowerCase();
  const found = scenes.filter((scene) => scene.name.toLowerCase().includes(needle));
  return (
    <>
      <Group mb="lg" gap="md">
        <Title order={1}>{t('project.scenes')}</Title>
        <span style={{ flex: 1 }} />
        <TextInput
          w={224}
          aria-label={t('project.search')}
          placeholder={t('project.search')}
          leftSection={<IconSearch size={14} />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          data-testid="scene-search"
        />
        <Button
          variant="default"
          leftSection={<IconDownload size={16} />}
          onClick={onExport}
          data-testid="open-export"
        >
          {t('project.export')}
        </Button>
        <Button
          variant="default"
          leftSection={<IconTagsFilled size={16} />}
          onClick={onMerge}
          data-testid="open-merge"
        >
          {t('merge.button')}
        </Button>
        {importButton}
      </Group>
      {found.length === 0 ? (
        <Empty icon={<IconSearch size={28} />} title={t('project.searchEmpty', { text })} />
      ) : (
        <SceneTable scenes={found} {...rowActions} />
      )}
    </>
  );
}
