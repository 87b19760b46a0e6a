/** What is wrong with the scene's files, one click away while working. */
import { Button, Popover } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Problem } from '../../model/scene';
import { ProblemList } from '../../ui/problem_list';
import { useEscape } from '../../ui/use_escape';

export function SceneProblems({ problems }: { readonly problems: readonly Problem[] }) {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  useEscape(isOpen, () => setIsOpen(false));
  if (problems.length === 0) {
    return null;
  }
  return (
    <Popover opened={isOpen} onChange={setIsOpen} width={440} position="bottom-start">
      <Popover.Target>
        <Button
          size="compact-xs"
          variant="light"
          color="yellow"
          leftSection={<IconAlertTriangle size={13} />}
          aria-label={t('editor.problems')}
          onClick={() => setIsOpen(!isOpen)}
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
