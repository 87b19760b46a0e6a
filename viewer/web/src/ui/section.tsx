/** A part of a panel with a heading that folds it away; how it was left is remembered in this browser. */
import { UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { type ReactNode, useId, useState } from 'react';

import './section.css';

interface SectionProps {
  readonly title: string;
  /** Under which name it is remembered. */
  readonly name: string;
  /** As long as nobody touched it. */
  readonly isOpenAtFirst: boolean;
  readonly children: ReactNode;
}

export function Section({ title, name, isOpenAtFirst, children }: SectionProps) {
  const [isOpen, setIsOpen] = useState(() => remembered(name) ?? isOpenAtFirst);
  const id = useId();
  const toggle = () => {
    setIsOpen(!isOpen);
    remember(name, !isOpen);
  };
  return (
    <section className="tb-section">
      <h3>
        <UnstyledButton
          className="tb-section-head"
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={toggle}
          data-testid={`section-${name}`}
        >
          {isOpen ? <IconChevronDown size={14} /> : <IconChevronRight size={14} />}
          {title}
        </UnstyledButton>
      </h3>
      <div id={id} hidden={!isOpen}>
        {isOpen ? children : null}
      </div>
    </section>
  );
}

const keyOf = (name: string): string => `truebox.section.${name}`;

function remembered(name: string): boolean | null {
  try {
    const stored = localStorage.getItem(keyOf(name));
    return stored === null ? null : stored === 'open';
  } catch {
    // Without storage every page begins as the first one did.
    return null;
  }
}

function remember(name: string, isOpen: boolean): void {
  try {
    localStorage.setItem(keyOf(name), isOpen ? 'open' : 'closed');
  } catch {
    // As above.
  }
}
