/** An empty place that says what to do. */
import type { ReactNode } from 'react';

import './empty.css';

interface EmptyProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly text?: string | undefined;
  readonly children?: ReactNode;
  readonly isCompact?: boolean;
  /** It is all that the page has, and so its heading. */
  readonly isPage?: boolean;
  readonly testId?: string;
}

export function Empty({
  icon,
  title,
  text,
  children,
  isCompact = false,
  isPage = false,
  testId,
}: EmptyProps) {
  return (
    <div className={isCompact ? 'tb-empty tb-empty-compact' : 'tb-empty'} data-testid={testId}>
      <div className="tb-empty-icon" aria-hidden="true">
        {icon}
      </div>
      {isPage ? <h1>{title}</h1> : <strong>{title}</strong>}
      {text === undefined ? null : <p>{text}</p>}
      {children}
    </div>
  );
}
