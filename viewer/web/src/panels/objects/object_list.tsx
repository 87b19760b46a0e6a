/** The objects of the frame, nearest first; thousands of rows cost as much as twenty. */
import { UnstyledButton } from '@mantine/core';
import {
  IconAnchor,
  IconCubePlus,
  IconDiamond,
  IconDiamondFilled,
  IconFilter,
  IconFileImport,
  IconPlayerTrackNext,
  IconQuestionMark,
  IconRobot,
  IconUser,
} from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type MouseEvent, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';

import { hasTerm, toggleTerm } from '../../editor/object_filter';
import { isUnconfirmed } from '../../editor/selection';
import type { Person } from '../../model/scene';
import { sourceKind } from '../../model/sources';
import { Empty } from '../../ui/empty';
import { formatMetres } from '../../ui/format';
import { personColor } from '../../ui/person_color';
import { releaseFocus } from '../../ui/release_focus';
import { useEditor, useResolvedFrame, useSession } from '../editor_context';
import { usePeopleByTrack } from '../people';
import { PersonTags } from '../person_tags';
import { FilterBar } from './filter_bar';
import { type ObjectRow, objectRows } from './object_rows';
import './objects.css';
import { sourceTitle } from './source_text';

const ROW_PX = 28;
const UNCONFIRMED = 'is:unconfirmed';
const NOBODY: readonly Person[] = [];

export function ObjectList() {
  const { t } = useTranslation();
  const editor = useEditor();
  const cuboids = useResolvedFrame();
  const filter = useSession((state) => state.objectFilter);
  const unconfirmed = cuboids.filter(({ cuboid }) => isUnconfirmed(cuboid)).length;
  const rows = objectRows(cuboids, editor.scene.taxonomy, filter);
  return (
    <section className="tb-panel tb-objects" aria-label={t('objects.title')}>
      <header className="tb-panel-head">
        <h2>{t('objects.title')}</h2>
        <span className="tb-panel-note" data-testid="object-count">
          {rows.length === cuboids.length
            ? t('objects.inFrame', { count: cuboids.length })
            : t('filter.matching', { count: rows.length, all: cuboids.length })}
        </span>
        {unconfirmed === 0 ? null : (
          <UnstyledButton
            className="tb-unconfirmed-count"
            aria-pressed={hasTerm(filter, UNCONFIRMED)}
            onClick={() => editor.session.setState({ objectFilter: toggleTerm(filter, UNCONFIRMED) })}
            data-testid="unconfirmed-count"
          >
            {t('filter.unconfirmed', { count: unconfirmed })}
          </UnstyledButton>
        )}
      </header>
      <FilterBar cuboids={cuboids} />
      {rows.length > 0 ? <Rows rows={rows} /> : null}
      {rows.length === 0 && cuboids.length === 0 ? (
        <Empty
          isCompact
          icon={<IconCubePlus size={18} />}
          title={t('objects.empty')}
          text={t('objects.emptyHint')}
        />
      ) : null}
      {rows.length === 0 && cuboids.length > 0 ? (
        <Empty isCompact icon={<IconFilter size={18} />} title={t('objects.noMatch', { text: filter })} />
      ) : null}
    </section>
  );
}

function Rows({ rows }: { readonly rows: readonly ObjectRow[] }) {
  const { t } = useTranslation();
  const editor = useEditor();
  const box = useRef<HTMLDivElement>(null);
  const selected = useSession((state) => state.selectedTrackId);
  const alsoSelected = useSession((state) => state.alsoSelected);
  const people = usePeopleByTrack();
  // The compiler skips this component, as it should: rows are drawn anew at each scroll.
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
    // Before the first measurement (and in tests without layout) some rows are drawn all the same.
    initialRect: { width: 240, height: 320 },
  });
  const selectedIndex = rows.findIndex((row) => row.trackId === selected);
  useEffect(() => {
    if (selectedIndex >= 0) {
      virtual.scrollToIndex(selectedIndex);
    }
  }, [virtual, selectedIndex]);
  useHoverMarks(box);

  const step = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const next = rows[Math.min(rows.length - 1, Math.max(0, selectedIndex + by))];
    if (by !== 0 && next !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      if (event.shiftKey) {
        editor.group.extendTo(next.trackId);
      } else {
        editor.select(next.trackId);
      }
    }
  };
  return (
    <div
      ref={box}
      className="tb-rows"
      role="listbox"
      aria-multiselectable="true"
      tabIndex={0}
      aria-label={t('objects.title')}
      aria-activedescendant={selectedIndex >= 0 ? `object-${selected ?? ''}` : undefined}
      onKeyDown={step}
      onMouseDown={keepKeys}
      onMouseLeave={() => editor.hover(null)}
    >
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index];
          return row === undefined ? null : (
            <Row
              key={row.trackId}
              row={row}
              top={item.start}
              isSelected={row.trackId === selected}
              isAlsoSelected={alsoSelected.includes(row.trackId)}
              people={people.get(row.trackId) ?? NOBODY}
            />
          );
        })}
      </div>
    </div>
  );
}

interface RowProps {
  readonly row: ObjectRow;
  readonly top: number;
  readonly isSelected: boolean;
  /** With another one that the panels show. */
  readonly isAlsoSelected: boolean;
  /** Who else has it selected. */
  readonly people: readonly Person[];
}

function Row({ row, top, isSelected, isAlsoSelected, people }: RowProps) {
  const { t } = useTranslation();
  const editor = useEditor();
  const stateText = row.isKey
    ? t('objects.key')
    : row.isInEgo
      ? t('objects.derivedEgo')
      : t('objects.derived');
  return (
    <div
      id={`object-${row.trackId}`}
      className="tb-object"
      role="option"
      aria-selected={isSelected || isAlsoSelected}
      data-also-selected={isAlsoSelected || undefined}
      data-testid="object-row"
      data-track-id={row.trackId}
      style={{ transform: `translateY(${top}px)`, ...personColor(people[0]?.color) }}
      data-others={people.length > 0 || undefined}
      onClick={(event) => (event.shiftKey ? editor.group.toggle(row.trackId) : editor.select(row.trackId))}
      onDoubleClick={() => editor.viewCommand('zoom-to-object')}
      onMouseEnter={() => editor.hover(row.trackId)}
    >
      <span className="tb-swatch" style={{ background: row.color }} />
      <span className="tb-object-name tb-ellipsis">{row.name}</span>
      <PersonTags people={people} />
      {row.isStatic ? (
        <span title={t('objects.static')}>
          <IconAnchor size={12} aria-label={t('objects.static')} />
        </span>
      ) : null}
      <SourceMark row={row} />
      {row.isUnconfirmed ? (
        <span title={t('objects.unconfirmed')} className="tb-unconfirmed">
          <IconQuestionMark size={12} aria-label={t('objects.unconfirmed')} />
        </span>
      ) : null}
      <span title={stateText} className={row.isInEgo ? 'tb-unconfirmed' : ''}>
        {row.isKey ? (
          <IconDiamondFilled size={11} aria-label={stateText} />
        ) : (
          <IconDiamond size={11} aria-label={stateText} />
        )}
      </span>
      <span className="tb-object-distance" title={t('objects.distance')}>
        {formatMetres(row.distanceM, 1)}
      </span>
    </div>
  );
}

const ICONS = {
  human: IconUser,
  propagated: IconPlayerTrackNext,
  model: IconRobot,
  imported: IconFileImport,
} as const;

/** A person's own cuboids need no mark. */
function SourceMark({ row: { source, score } }: { readonly row: ObjectRow }) {
  const { t } = useTranslation();
  if (source === 'human') {
    return null;
  }
  const share = score === null ? null : t('filter.score', { percent: Math.round(score * 100) });
  const text = [sourceTitle(t, source), share].filter(Boolean).join(' · ');
  const Icon = ICONS[sourceKind(source)];
  return (
    <span title={text} data-testid="source-mark" data-source={source}>
      <Icon size={12} aria-label={text} />
    </span>
  );
}

/** A click selects without taking the keyboard: W, A, S, D go on moving the box. */
function keepKeys(event: MouseEvent): void {
  event.preventDefault();
  releaseFocus();
}

/** Marks the hovered object's row without React: the pointer moves more often than lists should redraw. */
function useHoverMarks(box: React.RefObject<HTMLDivElement | null>): void {
  const { session } = useEditor();
  useEffect(
    () =>
      session.subscribe(({ hoveredTrackId }, before) => {
        if (hoveredTrackId !== before.hoveredTrackId) {
          box.current
            ?.querySelectorAll('[data-hovered]')
            .forEach((row) => row.removeAttribute('data-hovered'));
          box.current
            ?.querySelector(`[data-track-id="${CSS.escape(hoveredTrackId ?? '')}"]`)
            ?.setAttribute('data-hovered', '');
        }
      }),
    [session, box],
  );
}
