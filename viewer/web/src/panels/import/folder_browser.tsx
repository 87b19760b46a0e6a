/** The folders of the server's disk, one level at a time; what Truebox can read carries its format's name. */
import { ActionIcon, Badge, Group, Loader, ScrollArea, Text, UnstyledButton } from '@mantine/core';
import { IconArrowUp, IconFolder, IconFolderFilled } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { api } from '../../api/client';
import { messageOf } from '../../api/errors';
import type { BrowseEntry } from '../../api/types';
import './import.css';

interface FolderBrowserProps {
  readonly path: string | null;
  readonly onOpen: (path: string) => void;
}

export function FolderBrowser({ path, onOpen }: FolderBrowserProps) {
  const { t } = useTranslation();
  const { data, error, isPending } = useQuery({
    queryKey: ['browse', path],
    queryFn: ({ signal }) => api.browse(path, signal),
    retry: false,
    placeholderData: (previous) => previous,
  });
  const folders = data?.entries.filter((entry) => entry.is_dir) ?? [];
  const parent = data?.parent ?? null;
  return (
    <section className="tb-folders" aria-label={t('import.browse')}>
      <Group gap="xs" className="tb-folders-head" wrap="nowrap">
        <ActionIcon
          aria-label={t('import.up')}
          disabled={parent === null}
          onClick={() => (parent === null ? undefined : onOpen(parent))}
          data-testid="browse-up"
        >
          <IconArrowUp size={16} />
        </ActionIcon>
        <Text size="sm" className="tb-ellipsis" title={data?.path ?? ''}>
          {data?.path ?? ''}
        </Text>
        {isPending ? <Loader size={14} /> : null}
      </Group>
      <ScrollArea.Autosize mah={208} type="auto">
        {error === null ? null : (
          <Text size="sm" c="red.4" p="sm" role="alert">
            {messageOf(error)}
          </Text>
        )}
        {error === null && !isPending && folders.length === 0 ? (
          <Text size="sm" c="dimmed" p="sm">
            {t('import.noFolders')}
          </Text>
        ) : null}
        {error === null
          ? folders.map((entry) => <Folder key={entry.path} entry={entry} onOpen={onOpen} />)
          : null}
      </ScrollArea.Autosize>
    </section>
  );
}

interface FolderProps {
  readonly entry: BrowseEntry;
  readonly onOpen: (path: string) => void;
}

function Folder({ entry, onOpen }: FolderProps) {
  return (
    <UnstyledButton className="tb-folder" onClick={() => onOpen(entry.path)} data-testid="browse-entry">
      {entry.format === null ? (
        <IconFolder size={16} />
      ) : (
        <IconFolderFilled size={16} color="var(--tb-accent)" />
      )}
      <span className="tb-ellipsis">{entry.name}</span>
      {entry.format === null ? null : <Badge size="sm">{entry.format}</Badge>}
    </UnstyledButton>
  );
}
