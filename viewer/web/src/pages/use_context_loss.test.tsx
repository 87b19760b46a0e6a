import { act, cleanup, render, screen } from '@testing-library/react';
import { useRef } from 'react';
import { afterEach, expect, it } from 'vitest';

import { useContextLoss } from './use_context_loss';

function Page() {
  const host = useRef<HTMLDivElement>(null);
  const isLost = useContextLoss(host);
  return (
    <div ref={host} data-testid="host" data-lost={isLost}>
      <canvas data-testid="canvas" />
    </div>
  );
}

afterEach(cleanup);

it('follows the canvas, whose events do not bubble', () => {
  render(<Page />);
  const fire = (name: string) => {
    act(() => void screen.getByTestId('canvas').dispatchEvent(new Event(name)));
  };
  const { dataset } = screen.getByTestId('host');
  expect(dataset['lost']).toBe('false');
  fire('webglcontextlost');
  expect(dataset['lost']).toBe('true');
  fire('webglcontextrestored');
  expect(dataset['lost']).toBe('false');
});
