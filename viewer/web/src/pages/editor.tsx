/** The editor's page: fetches the scene, starts an editor for it, and shows it. */
import { Center, Loader, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import type { SceneId } from '../model/ids';
import type { SceneDetail } from '../model/scene';
import { EditorShell } from './editor_shell';
import { LoadState } from './load_state';
import { MissingFolder, missingFolder } from './missing_folder';
import { PageBar } from './page_bar';
import { useScene } from './queries';
import { useEditorSession } from './use_editor_session';

export function EditorPage({ id }: { readonly id: SceneId }) {
  const scene = useScene(id);
  if (scene.data === undefined) {
    const missing = missingFolder(scene.error);
    if (missing !== null) {
      return <MissingFolder missing={missing} onFound={() => void scene.refetch()} />;
    }
    return scene.error === null ? (
      <Opening />
    ) : (
      <div className="tb-page">
        <PageBar />
        <LoadState error={scene.error} onRetry={() => void scene.refetch()} />
      </div>
    );
  }
  return <OpenScene key={scene.data.id} scene={scene.data} />;
}

function OpenScene({ scene }: { readonly scene: SceneDetail }) {
  const session = useEditorSession(scene);
  if (session.state === 'failed') {
    return (
      <div className="tb-page">
        <PageBar title={scene.name} />
        <LoadState error={session.error} onRetry={session.retry} />
      </div>
    );
  }
  return session.state === 'opening' ? (
    <Opening />
  ) : (
    <EditorShell editor={session.editor} authors={session.authors} />
  );
}

function Opening() {
  const { t } = useTranslation();
  return (
    <Center h="100%">
      <Stack align="center" gap="md">
        <Loader />
        <Text c="dimmed">{t('editor.loadingScene')}</Text>
      </Stack>
    </Center>
  );
}
