import { cleanup, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';

import { createSession } from '../../store/session';
import { sceneOf } from '../../store/testing';
import { renderInApp } from '../../ui/testing';
import { type EditorTools, EditorToolsProvider } from '../editor_context';
import { DisplaySettings } from './display_settings';

afterEach(cleanup);

it('chooses how many sweeps are shown with a frame', async () => {
  const session = createSession(sceneOf());
  renderInApp(
    <EditorToolsProvider value={{ editor: { session } } as unknown as EditorTools}>
      <DisplaySettings />
    </EditorToolsProvider>,
  );
  fireEvent.click(screen.getByTestId('open-display'));
  const control = within(await screen.findByTestId('sweeps'));
  const radios = control.getAllByRole<HTMLInputElement>('radio');
  expect(radios.map(({ value }) => value)).toEqual(['0', '1', '2', '5', '10']);
  expect(radios.map(({ checked }) => checked)).toEqual([true, false, false, false, false]);
  fireEvent.click(control.getByLabelText('5'));
  expect(session.getState().sweeps).toBe(5);
  fireEvent.click(control.getByLabelText('0'));
  expect(session.getState().sweeps).toBe(0);
});
