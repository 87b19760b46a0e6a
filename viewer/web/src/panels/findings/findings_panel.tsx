/** What the checks found, by rule; each entry leads to its frame and object. */
import { Button, NativeSelect } from '@mantine/core';
import { IconAlertTriangle, IconArrowLeft, IconLoader2, IconShieldCheck } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type MouseEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { messageOf } from '../../api/errors';
import type { Finding } from '../../api/types';
import { trackName } from '../../model/names';
import { Empty } from '../../ui/empty';
import { IconButton } from '../../ui/icon_button';
import { releaseFocus } from '../../ui/release_focus';
import { useEditor, useLabelVersion } from '../editor_context';
import { keyOf } from '../key_hints';
import { type FindingRow, type PanelRow, panelRows, ruleCounts, type RuleRow } from './finding_rows';
import { findingText, ruleTitle } from './finding_text';
import './findings.css';
import { useFindings } from './findings_context';
import { goToFinding } from './go_to_finding';
import { SeverityIcon } from './severity_icon';

const RULE_PX = 28;
const FINDING_PX = 46;

export function FindingsPanel() {
  const { t } = useTranslation();
  const { session } = useEditor();
  const { answer, error, retry } = useFindings();
  const [rule, setRule] = useState<string | null>(null);
  const findings = answer?.findings ?? [];
  const rows = panelRows(findings, rule);
  const panel = useRef<HTMLElement>(null);
  useFocusWhenOpenedByKey(panel);
  return (
    <section
      ref={panel}
      className="tb-panel tb-objects"
      aria-label={t('findings.title')}
      data-testid="findings-panel"
    >
      <header className="tb-panel-head">
        <IconButton
          label={t('findings.close')}
          keys={keyOf('findings')}
          icon={<IconArrowLeft size={14} />}
          size={22}
          onClick={() => session.setState({ findingsOpen: false })}
          testId="close-findings"
        />
        <h2>{t('findings.title')}</h2>
        <Progress />
      </header>
      <RuleFilter rule={rule} onChange={setRule} />
      {rows.length > 0 ? <Rows rows={rows} /> : null}
      {rows.length === 0 && error !== null ? (
        <Empty
          isCompact
          icon={<IconAlertTriangle size={18} />}
          title={t('findings.failed')}
          text={messageOf(error)}
          testId="findings-failed"
        >
          <Button size="compact-xs" onClick={retry}>
            {t('common.retry')}
          </Button>
        </Empty>
      ) : null}
      {rows.length === 0 && error === null && answer !== null ? (
        <Empty
          isCompact
          icon={<IconShieldCheck size={18} />}
          title={t('findings.empty')}
          text={t('findings.emptyHint')}
          testId="findings-empty"
        />
      ) : null}
    </section>
  );
}

function Progress() {
  const { t } = useTranslation();
  const { answer, isComputing } = useFindings();
  return (
    <span className="tb-panel-note" role="status" data-testid="findings-state">
      {isComputing ? (
        <>
          <IconLoader2 size={12} className="tb-spin" aria-hidden="true" /> {t('findings.computing')}
        </>
      ) : answer === null ? null : (
        t('findings.checked')
      )}
    </span>
  );
}

interface RuleFilterProps {
  readonly rule: string | null;
  readonly onChange: (rule: string | null) => void;
}

function RuleFilter({ rule, onChange }: RuleFilterProps) {
  const { t, i18n } = useTranslation();
  const { answer } = useFindings();
  const findings = answer?.findings ?? [];
  const rules = answer?.rules ?? [];
  const counts = ruleCounts(findings, rules);
  // A chosen rule whose findings are all mended stays to be seen as such.
  const chosen = rules.filter((each) => each.rule === rule && !counts.some(([known]) => known === each));
  const choices = [...counts, ...chosen.map((each) => [each, 0] as const)].map(([each, count]) => ({
    value: each.rule,
    label: t('findings.ofRule', { rule: ruleTitle(i18n, t, each.rule, rules), count }),
  }));
  return choices.length === 0 ? null : (
    <NativeSelect
      size="xs"
      mx={8}
      mb={4}
      aria-label={t('findings.filter')}
      value={rule ?? ''}
      data={[{ value: '', label: t('findings.all', { count: findings.length }) }, ...choices]}
      onChange={({ currentTarget }) => onChange(currentTarget.value === '' ? null : currentTarget.value)}
      data-testid="findings-filter"
    />
  );
}

function Rows({ rows }: { readonly rows: readonly PanelRow[] }) {
  const { t } = useTranslation();
  const editor = useEditor();
  const box = useRef<HTMLDivElement>(null);
  const [current, setCurrent] = useState<string | null>(null);
  // The compiler skips this component, as it should: rows are drawn anew at each scroll.
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: (index) => (rows[index]?.kind === 'rule' ? RULE_PX : FINDING_PX),
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 8,
    // Before the first measurement (and in tests without layout) some rows are drawn all the same.
    initialRect: { width: 240, height: 480 },
  });
  const index = rows.findIndex((row) => row.kind === 'finding' && row.key === current);
  useEffect(() => {
    if (index >= 0) {
      virtual.scrollToIndex(index);
    }
  }, [virtual, index]);

  const go = ({ key, finding }: FindingRow) => {
    setCurrent(key);
    goToFinding(editor, finding);
  };
  const pressed = (event: KeyboardEvent) => {
    const next = rowAfterKey(rows, index, event.key);
    if (next !== null) {
      event.preventDefault();
      event.stopPropagation();
      go(next);
    }
  };
  return (
    <div
      ref={box}
      className="tb-rows"
      role="listbox"
      tabIndex={0}
      aria-label={t('findings.title')}
      aria-activedescendant={index >= 0 ? `finding-${index}` : undefined}
      onKeyDown={pressed}
      onMouseDown={keepKeys}
      data-testid="findings-list"
    >
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index];
          if (row === undefined) {
            return null;
          }
          return row.kind === 'rule' ? (
            <RuleHead key={item.key} row={row} top={item.start} />
          ) : (
            <Row
              key={item.key}
              id={`finding-${item.index}`}
              finding={row.finding}
              top={item.start}
              isCurrent={item.index === index}
              onGo={() => go(row)}
            />
          );
        })}
      </div>
    </div>
  );
}

function RuleHead({ row, top }: { readonly row: RuleRow; readonly top: number }) {
  const { t, i18n } = useTranslation();
  const { answer } = useFindings();
  const rules = answer?.rules ?? [];
  return (
    <div
      className="tb-finding-rule"
      role="presentation"
      style={{ transform: `translateY(${top}px)` }}
      title={rules.find(({ rule }) => rule === row.rule)?.description}
    >
      <SeverityIcon severity={row.severity} />
      <strong className="tb-ellipsis">{ruleTitle(i18n, t, row.rule, rules)}</strong>
      <span>{row.count}</span>
    </div>
  );
}

interface RowProps {
  readonly id: string;
  readonly finding: Finding;
  readonly top: number;
  readonly isCurrent: boolean;
  readonly onGo: () => void;
}

function Row({ id, finding, top, isCurrent, onGo }: RowProps) {
  const { t, i18n } = useTranslation();
  const editor = useEditor();
  useLabelVersion();
  const { track_id, frame_index, rule, severity, details } = finding;
  const text = findingText(i18n, t, finding);
  const track = track_id === null ? undefined : editor.store.get('tracks', track_id);
  return (
    <div
      id={id}
      className="tb-finding"
      role="option"
      aria-selected={isCurrent}
      data-testid="finding-row"
      data-rule={rule}
      data-frame={frame_index}
      data-track-id={track_id}
      style={{ transform: `translateY(${top}px)` }}
      title={text}
      onClick={onGo}
      onMouseEnter={() => editor.hover(track_id)}
      onMouseLeave={() => editor.hover(null)}
    >
      <SeverityIcon severity={severity} size={12} />
      <span className="tb-finding-object tb-ellipsis">
        {track === undefined ? (details['object'] ?? '') : trackName(track)}
      </span>
      <span className="tb-finding-frame">
        {frame_index === null ? t('findings.wholeScene') : t('findings.frame', { frame: frame_index })}
      </span>
      <span className="tb-finding-text tb-ellipsis">{text}</span>
    </div>
  );
}

/** The finding that a key leads to from the row at `index`, or null where the key means something else. */
function rowAfterKey(rows: readonly PanelRow[], index: number, key: string): FindingRow | null {
  const step = key === 'ArrowDown' ? 1 : key === 'ArrowUp' ? -1 : null;
  if (step === null) {
    const row = rows[index];
    return (key === 'Enter' || key === ' ') && row?.kind === 'finding' ? row : null;
  }
  for (let next = index + step; next >= 0 && next < rows.length; next += step) {
    const row = rows[next];
    if (row?.kind === 'finding') {
      return row;
    }
  }
  return null;
}

/** A click goes there without taking the keyboard: W, A, S, D go on moving the box. */
function keepKeys(event: MouseEvent): void {
  event.preventDefault();
  releaseFocus();
}

/** Opened by its key, the list takes the arrow keys at once; opened by a click, the button keeps the focus. */
function useFocusWhenOpenedByKey(panel: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    if (document.activeElement === document.body) {
      panel.current?.querySelector<HTMLElement>('[role=listbox]')?.focus({ focusVisible: true });
    }
  }, [panel]);
}
