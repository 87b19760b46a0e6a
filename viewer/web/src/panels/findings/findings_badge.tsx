/** How much the checks found, in the top bar; a click shows it in place of the object list. */
import { Button } from '@mantine/core';
import { IconLoader2, IconShieldCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { Hint } from '../../ui/hint';
import { useEditor, useSession } from '../editor_context';
import { keyOf } from '../key_hints';
import { worstSeverity } from './finding_rows';
import './findings.css';
import { useFindings } from './findings_context';
import { SeverityIcon } from './severity_icon';

const COLORS = { error: 'red', warning: 'yellow', info: 'gray' } as const;

export function FindingsBadge() {
  const { t } = useTranslation();
  const { session } = useEditor();
  const { answer, isComputing } = useFindings();
  const isOpen = useSession((state) => state.findingsOpen);
  const findings = answer?.findings ?? [];
  const worst = worstSeverity(findings);
  return (
    <Hint label={t('findings.badgeHint')} keys={keyOf('findings')}>
      <Button
        className="tb-findings-badge"
        size="compact-xs"
        variant={isOpen ? 'outline' : 'light'}
        color={worst === null ? 'gray' : COLORS[worst]}
        leftSection={iconOf(worst, answer === null && isComputing)}
        aria-pressed={isOpen}
        aria-label={t('findings.badge', { count: findings.length })}
        onClick={() => session.setState({ findingsOpen: !isOpen })}
        data-testid="findings-badge"
        data-state={isComputing ? 'computing' : 'ready'}
      >
        {answer === null ? '–' : findings.length}
      </Button>
    </Hint>
  );
}

function iconOf(worst: ReturnType<typeof worstSeverity>, isFirst: boolean): ReactNode {
  if (isFirst) {
    return <IconLoader2 size={13} className="tb-spin" />;
  }
  return worst === null ? <IconShieldCheck size={13} /> : <SeverityIcon severity={worst} size={13} />;
}
