/** A scene whose folder is not there: say so, and offer to find it again. */
import { Button, Group } from '@mantine/core';
import { IconFolderOff, IconFolderSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';

import { ApiError } from '../api/errors';
import type { ProjectId } from '../model/ids';
import { RelinkDialog } from '../panels/files/relink_dialog';
import { Empty } from '../ui/empty';
import { PageBar } from './page_bar';

export interface Missing {
  readonly projectId: ProjectId;
  readonly folder: string;
}

/** The folder that an error says is missing, or null. */
export function missingFolder(error: Error | null): Missing | null {
  if (!(error instanceof ApiError) || error.code !== 'folder_missing') {
    return null;
  }
  const { project_id: projectId, folder } = error.details;
  return typeof projectId === 'string' && typeof folder === 'string'
    ? { projectId: projectId as ProjectId, folder }
    : null;
}

interface MissingFolderProps {
  readonly missing: Missing;
  readonly onFound: () => void;
}

export function MissingFolder({ missing, onFound }: MissingFolderProps) {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <div className="tb-page">
      <PageBar />
      <div role="alert">
        <Empty
          icon={<IconFolderOff size={28} />}
          title={t('files.missingTitle')}
          text={t('files.missingText', { folder: missing.folder })}
          isPage
          testId="missing-folder"
        >
          <Group justify="center">
            <Button component={Link} href={`/projects/${missing.projectId}`} variant="default">
              {t('editor.back')}
            </Button>
            <Button
              leftSection={<IconFolderSearch size={16} />}
              onClick={() => setIsOpen(true)}
              data-testid="open-relink"
            >
              {t('relink.button')}
            </Button>
          </Group>
        </Empty>
      </div>
      {isOpen ? (
        <RelinkDialog
          projectId={missing.projectId}
          folder={missing.folder}
          onClose={() => setIsOpen(false)}
          onDone={onFound}
        />
      ) : null}
    </div>
  );
}
