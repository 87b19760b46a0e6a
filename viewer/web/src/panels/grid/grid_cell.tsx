/** One frame of the object: what it is, and its three pictures. */
import { ActionIcon } from '@mantine/core';
import {
  IconDiamond,
  IconDiamondFilled,
  IconExternalLink,
  IconPlus,
  IconQuestionMark,
} from '@tabler/icons-react';
import { memo, type MouseEvent, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';

import { isUnconfirmed } from '../../editor/selection';
import type { ResolvedCuboid } from '../../geometry/interpolate';
import { formatCount } from '../../ui/format';
import { Hint } from '../../ui/hint';
import { useEditor } from '../editor_context';
import { keyOf } from '../key_hints';
import type { CellPictures, CellState } from './pictures';

interface GridCellProps {
  readonly frameIndex: number;
  readonly column: number;
  readonly width: number;
  readonly height: number;
  readonly resolved: ResolvedCuboid | undefined;
  readonly isChosen: boolean;
  readonly isFocused: boolean;
  readonly isCurrent: boolean;
  readonly state: CellState;
  readonly pictures: CellPictures;
}

/** Drawn again only when something of its own changed: rows come and go while one scrolls. */
export const GridCell = memo(function GridCell(props: GridCellProps) {
  const { frameIndex, column, width, height, resolved, isChosen, isFocused, state, pictures } = props;
  const { t } = useTranslation();
  const editor = useEditor();
  const cell = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(
    () => (canvas.current === null ? undefined : pictures.attach(frameIndex, canvas.current)),
    [pictures, frameIndex],
  );
  useEffect(() => {
    if (isFocused) {
      cell.current?.focus({ preventScroll: true });
    }
  }, [isFocused]);
  const choose = (event: MouseEvent) => {
    // On the pictures the pointer does it itself: it may be the start of a drag.
    if (event.target !== canvas.current) {
      editor.grid.choose(frameIndex, choiceOf(event));
    }
  };
  return (
    <div
      ref={cell}
      className="tb-grid-cell"
      role="gridcell"
      aria-colindex={column + 1}
      aria-selected={isChosen}
      aria-description={useCellText(props)}
      tabIndex={isFocused ? 0 : -1}
      style={{ width, height }}
      data-testid={`grid-cell-${frameIndex}`}
      data-here={resolved !== undefined}
      data-key={resolved?.is_key === true}
      data-chosen={isChosen}
      data-focused={isFocused}
      data-current={props.isCurrent}
      data-state={state.state}
      onClick={choose}
    >
      <CellHead {...props} />
      <div className="tb-grid-pictures">
        <canvas ref={canvas} aria-hidden="true" />
        <CellNote state={state} />
        {resolved === undefined ? (
          <Hint label={t('grid.add')} keys={keyOf('grid_toggle_key')}>
            <ActionIcon
              className="tb-grid-add"
              variant="default"
              tabIndex={-1}
              aria-label={t('grid.add')}
              onClick={() => {
                editor.grid.choose(frameIndex);
                editor.grid.toggleKeys();
              }}
              data-testid={`grid-add-${frameIndex}`}
            >
              <IconPlus size={15} />
            </ActionIcon>
          </Hint>
        ) : null}
      </div>
    </div>
  );
});

function CellHead({ frameIndex, resolved, state }: GridCellProps) {
  const { t, i18n } = useTranslation();
  const editor = useEditor();
  const cuboid = resolved?.cuboid;
  const score = cuboid?.score ?? null;
  return (
    <header className="tb-grid-head">
      <strong>{frameIndex}</strong>
      {resolved === undefined ? null : resolved.is_key ? (
        <IconDiamondFilled size={11} className="tb-grid-key" aria-hidden="true" />
      ) : (
        <IconDiamond size={11} className="tb-grid-derived" aria-hidden="true" />
      )}
      {cuboid !== undefined && isUnconfirmed(cuboid) ? (
        <IconQuestionMark size={13} className="tb-grid-open" aria-hidden="true" />
      ) : null}
      <span className="tb-grid-source">
        {cuboid === undefined ? t('grid.notHere') : sourceOf(cuboid.source)}
      </span>
      {score === null ? null : (
        <span className="tb-grid-score" title={t('grid.confidence')} data-low={score < 0.5}>
          {Math.round(score * 100)}%
        </span>
      )}
      {state.pointCount === null ? null : (
        <span className="tb-grid-count" title={t('grid.pointsHint')} data-low={state.pointCount < 5}>
          {formatCount(state.pointCount, i18n.language)}
        </span>
      )}
      <button
        type="button"
        className="tb-grid-jump"
        tabIndex={-1}
        aria-label={t('grid.jump')}
        title={t('grid.jump')}
        onClick={() => editor.grid.jump(frameIndex)}
        data-testid={`grid-jump-${frameIndex}`}
      >
        <IconExternalLink size={12} />
      </button>
    </header>
  );
}

function CellNote({ state }: { readonly state: CellState }) {
  const { t } = useTranslation();
  if (state.state === 'ready') {
    return null;
  }
  const text = { loading: 'grid.loading', empty: 'grid.noCloud', failed: 'grid.failed' } as const;
  return (
    <span className="tb-grid-note" title={state.message ?? undefined} data-state={state.state}>
      {t(text[state.state])}
    </span>
  );
}

/** What a cell says to a screen reader. */
function useCellText({ frameIndex, resolved, state }: GridCellProps): string {
  const { t } = useTranslation();
  const parts: string[] = [t('grid.frame', { frame: frameIndex })];
  if (resolved === undefined) {
    parts.push(t('grid.notHere'));
  } else {
    parts.push(t(resolved.is_key ? 'grid.key' : 'grid.derived'));
    if (isUnconfirmed(resolved.cuboid)) {
      parts.push(t('grid.unconfirmed'));
    }
  }
  if (state.pointCount !== null) {
    parts.push(t('grid.points', { count: state.pointCount }));
  }
  return parts.join(', ');
}

/** A person's own work needs no mark; of an import or a model the name is enough. */
function sourceOf(source: string): string {
  return source === 'human' || source === 'propagated' ? '' : (source.split(':')[1] ?? source);
}

function choiceOf({ shiftKey, ctrlKey, metaKey }: MouseEvent) {
  return shiftKey ? 'range' : ctrlKey || metaKey ? 'toggle' : 'only';
}
