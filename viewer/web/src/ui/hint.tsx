/** A tooltip that names a control and the keys that do the same. */
import { Tooltip, type FloatingPosition } from '@mantine/core';
import type { ReactElement } from 'react';

import { KeyCaps } from './keys';

interface HintProps {
  readonly label: string;
  readonly keys?: string | undefined;
  readonly position?: FloatingPosition;
  /** While what the control opens is open, its name would only cover it. */
  readonly isHidden?: boolean;
  readonly children: ReactElement;
}

export function Hint({ label, keys, position = 'bottom', isHidden = false, children }: HintProps) {
  const content = (
    <span style={{ display: 'inline-flex', alignItems: 'center' }}>
      {label}
      {keys === undefined ? null : <KeyCaps combination={keys} />}
    </span>
  );
  return (
    <Tooltip label={content} position={position} disabled={isHidden}>
      {children}
    </Tooltip>
  );
}
