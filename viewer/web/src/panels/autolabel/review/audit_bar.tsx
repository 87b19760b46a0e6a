/** How an audit stands: how much of the sample is looked at, and what that says of the rest. */
import { Button, Progress } from '@mantine/core';
import { IconChecks, IconListSearch } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import { resultOf } from '../../../editor/review/audit';
import type { Audit } from '../../../store/session';
import { percent } from '../../../ui/format';
import { KeyCaps } from '../../../ui/keys';
import { useEditor, useLabelVersion } from '../../editor_context';
import { keyOf } from '../../key_hints';

/** How many more one is asked to look at. */
const MORE = 10;

export function AuditBar({ audit }: { readonly audit: Audit }) {
  const { t } = useTranslation();
  const editor = useEditor();
  const { reviewing } = editor;
  useLabelVersion();
  const result = resultOf(editor.store, audit);
  const looked = result.right + result.wrong;
  const isDone = result.open === 0;
  return (
    <div className="tb-audit" data-testid="audit" data-done={isDone}>
      <IconListSearch size={18} aria-hidden="true" />
      <div className="tb-audit-text" role="status">
        <strong data-testid="audit-state">
          {t('autolabel.auditState', { looked, count: result.sampled, wrong: result.wrong })}
        </strong>
        <p>
          {isDone
            ? t('autolabel.auditResult', {
                wrong: result.mostWrong,
                count: result.unseen,
                share: percent(result.mostWrong, audit.population.length),
              })
            : t('autolabel.auditHow')}
        </p>
        {isDone ? null : <Progress value={percent(looked, result.sampled)} aria-label={t('jobs.progress')} />}
      </div>
      {isDone && result.unseen > 0 ? (
        <Button
          size="compact-sm"
          leftSection={<IconChecks size={14} />}
          onClick={() => reviewing.acceptUnseen()}
          data-testid="accept-unseen"
        >
          {t('autolabel.acceptUnseen', { count: result.unseen })}
          <KeyCaps combination={keyOf('review_accept_band')} />
        </Button>
      ) : null}
      {isDone && result.unseen > 0 ? (
        <Button size="compact-sm" variant="default" onClick={() => reviewing.lookAtMore(MORE)}>
          {t('autolabel.lookAtMore', { count: Math.min(MORE, result.unseen) })}
        </Button>
      ) : null}
      {isDone ? null : (
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => reviewing.putAside()}
          data-testid="put-aside"
        >
          {t('autolabel.putAside')}
          <KeyCaps combination={keyOf('review_aside')} />
        </Button>
      )}
      <Button
        size="compact-sm"
        variant="subtle"
        color="gray"
        onClick={() => reviewing.stopAudit()}
        data-testid="stop-audit"
      >
        {t(isDone && result.unseen === 0 ? 'autolabel.auditClose' : 'autolabel.auditStop')}
      </Button>
    </div>
  );
}
