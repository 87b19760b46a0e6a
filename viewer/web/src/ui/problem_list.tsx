/** What is wrong with a dataset's files, one by one: where, and what. */
import { ScrollArea } from '@mantine/core';

import type { Problem } from '../model/scene';
import './problem_list.css';

interface ProblemListProps {
  readonly problems: readonly Problem[];
  readonly maxHeightPx?: number;
}

export function ProblemList({ problems, maxHeightPx = 200 }: ProblemListProps) {
  return (
    <div className="tb-problem-box">
      <ScrollArea.Autosize mah={maxHeightPx} type="auto">
        <ul className="tb-problem-list" data-testid="problem-list">
          {problems.map(({ path, message }) => (
            <li key={`${path}:${message}`}>
              <span className="tb-sentence">{message}</span>
              <code>{path}</code>
            </li>
          ))}
        </ul>
      </ScrollArea.Autosize>
    </div>
  );
}
