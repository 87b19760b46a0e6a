/** A tooltip that names a control and the keys that do the same. */
import { Tooltip, type FloatingPosition } from '@mantine/core';
import type { ReactElement } from 'react';

import { KeyCaps } from './keys';

interface HintProps {
  readonly label: string;
  readonly keys?: string | undefined;
  readonly position?: FloatingPosition;
  readonly children: ReactElement;
}

export function Hint({ label, keys, position = 'bottom', children }: HintProps) {
  const content = (
    <span style={{ display: 'inline-flex', alignItems: 'center' }}>
      {label}
      {keys === undefined ? null : <KeyCaps combination={keys} />}
    </span>
  );
  return (
    <Tooltip label={content} position={position}>
      {children}
    </Tooltip>
  );
}
