/** A person's colour for style sheets. */
import type { CSSProperties } from 'react';

export const personColor = (color: string | undefined): CSSProperties =>
  ({ '--tb-person': color }) as CSSProperties;
