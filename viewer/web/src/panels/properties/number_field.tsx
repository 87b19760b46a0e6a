/** A number that is edited in place: Enter keeps, Escape forgets, the arrow keys step. */
import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';

import { formatNumber } from '../../ui/format';
import { useDraft } from '../../ui/use_draft';
import { clampTo, parseNumber } from './number_text';

interface NumberFieldProps {
  readonly label: string;
  readonly title: string;
  readonly value: number;
  readonly unit: string;
  readonly digits: number;
  readonly step: number;
  readonly least?: number;
  readonly most?: number;
  readonly isReadOnly?: boolean;
  readonly testId: string;
  readonly onCommit?: (value: number) => void;
}

export function NumberField(props: NumberFieldProps) {
  const { label, title, value, unit, digits, step, least = -Infinity, most = Infinity, testId } = props;
  const { t } = useTranslation();
  const commit = (next: number | null) => {
    // What the field shows is rounded: leaving it untouched must not round the box.
    if (next !== null && formatNumber(next, digits) !== formatNumber(value, digits)) {
      props.onCommit?.(clampTo(next, least, most));
    }
  };
  const { text, field, forget } = useDraft((typed) => commit(parseNumber(typed, value)));
  const parsed = text === null ? value : parseNumber(text, value);
  const isWrong = parsed === null;

  const press = (event: KeyboardEvent<HTMLInputElement>) => {
    const direction = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0;
    if (direction === 0) {
      field.onKeyDown(event);
      return;
    }
    event.preventDefault();
    forget();
    commit((parsed ?? value) + direction * step * (event.shiftKey ? 10 : 1));
  };
  return (
    <label
      className="tb-number"
      title={isWrong ? t('properties.wrongNumber') : title}
      data-wrong={isWrong || undefined}
    >
      <span className="tb-number-label">{label}</span>
      <input
        type="text"
        inputMode="decimal"
        autoComplete="off"
        spellCheck={false}
        aria-label={title}
        aria-invalid={isWrong}
        readOnly={props.isReadOnly === true}
        tabIndex={props.isReadOnly === true ? -1 : 0}
        value={text ?? formatNumber(value, digits)}
        onFocus={(event) => event.currentTarget.select()}
        {...field}
        onKeyDown={press}
        data-testid={testId}
      />
      <span className="tb-number-unit">{unit}</span>
    </label>
  );
}
