/** What is wrong with the scene's files, one click away while working. */
import { Button, Popover } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import type { Problem } from '../../model/scene';
import { ProblemList } from '../../ui/problem_list';

export function SceneProblems({ problems }: { readonly problems: readonly Problem[] }) {
  const { t } = useTranslation();
  if (problems.length === 0) {
    return null;
  }
  return (
    <Popover width={440} position="bottom-start">
      <Popover.Target>
        <Button
          size="compact-xs"
          variant="light"
          color="yellow"
          leftSection={<IconAlertTriangle size={13} />}
          aria-label={t('editor.problems')}
          data-testid="problems"
        >
          {t('common.problems', { count: problems.length })}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <ProblemList problems={problems} maxHeightPx={320} />
      </Popover.Dropdown>
    </Popover>
  );
}
