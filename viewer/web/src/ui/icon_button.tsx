/** A square button with an icon, a name for screen readers and a tooltip with its keys. */
import { ActionIcon, type FloatingPosition } from '@mantine/core';
import type { ReactNode } from 'react';

import { Hint } from './hint';

interface IconButtonProps {
  readonly label: string;
  readonly keys?: string | undefined;
  readonly icon: ReactNode;
  readonly onClick: () => void;
  readonly testId?: string;
  readonly disabled?: boolean;
  readonly isActive?: boolean;
  readonly isDanger?: boolean;
  readonly size?: number;
  readonly position?: FloatingPosition;
  readonly isHintHidden?: boolean;
}

export function IconButton(props: IconButtonProps) {
  const { label, keys, icon, onClick, testId, disabled = false, isActive, isDanger = false } = props;
  return (
    <Hint
      label={label}
      keys={keys}
      position={props.position ?? 'bottom'}
      isHidden={props.isHintHidden ?? false}
    >
      <ActionIcon
        size={props.size ?? 30}
        aria-label={label}
        data-testid={testId}
        // A disabled button swallows the pointer, and with it the tooltip that says what it would do.
        {...(disabled ? { 'data-disabled': true, 'aria-disabled': true } : {})}
        {...(isActive === undefined ? {} : { 'aria-pressed': isActive })}
        className="tb-icon-button"
        variant="subtle"
        color={isDanger ? 'red' : 'gray'}
        onClick={disabled ? undefined : onClick}
      >
        {icon}
      </ActionIcon>
    </Hint>
  );
}
