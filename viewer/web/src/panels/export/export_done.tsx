/** The finished export with its download. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { IconDownload, IconFileZip } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import type { ExportResult } from './export_choices';
import { LossList } from './export_check_view';

export function ExportDone({ result }: { readonly result: ExportResult }) {
  const { t } = useTranslation();
  return (
    <Stack gap="md" data-testid="export-done">
      <Group wrap="nowrap">
        <IconFileZip size={32} color="var(--tb-accent)" />
        <Stack gap={0} flex={1} miw={0}>
          <Text fw={600}>{t('export.doneTitle')}</Text>
          <Text size="sm" c="dimmed" className="tb-ellipsis">
            {result.fileName} · {t('export.rows', { count: result.rows })} ·{' '}
            {t('common.scenes', { count: result.scenes })}
          </Text>
        </Stack>
        <Button
          component="a"
          href={result.downloadUrl}
          download={result.fileName}
          leftSection={<IconDownload size={16} />}
          data-testid="export-download"
        >
          {t('common.download')}
        </Button>
      </Group>
      <LossList losses={result.losses} />
    </Stack>
  );
}
