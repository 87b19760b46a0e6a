/** A square button with an icon, a name for screen readers and a tooltip with its keys. */
import { ActionIcon, type FloatingPosition } from '@mantine/core';
import type { ComponentPropsWithRef, ReactNode } from 'react';

import { Hint } from './hint';

/** What a menu or a popover gives to the button that opens it. */
export type TargetProps = Pick<
  ComponentPropsWithRef<'button'>,
  'ref' | 'id' | 'className' | 'aria-haspopup' | 'aria-expanded' | 'aria-controls'
>;

interface IconButtonProps extends TargetProps {
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
  const {
    label,
    keys,
    icon,
    onClick,
    testId,
    disabled = false,
    isActive,
    isDanger = false,
    ...others
  } = props;
  const { size = 30, position = 'bottom', isHintHidden = false, className, ...target } = others;
  return (
    <Hint label={label} keys={keys} position={position} isHidden={isHintHidden}>
      <ActionIcon
        {...target}
        size={size}
        aria-label={label}
        data-testid={testId}
        // A disabled button swallows the pointer, and with it the tooltip that says what it would do.
        {...(disabled ? { 'data-disabled': true, 'aria-disabled': true } : {})}
        {...(isActive === undefined ? {} : { 'aria-pressed': isActive })}
        className={className === undefined ? 'tb-icon-button' : `tb-icon-button ${className}`}
        variant="subtle"
        color={isDanger ? 'red' : 'gray'}
        onClick={disabled ? undefined : onClick}
      >
        {icon}
      </ActionIcon>
    </Hint>
  );
}
