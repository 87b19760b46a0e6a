import { act, cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import type { Finding, Findings } from '../../api/types';
import { Editor } from '../../editor/editor';
import type { TrackId } from '../../model/ids';
import type { SceneLabels } from '../../model/records';
import { openJournal } from '../../store/journal';
import { keyOf, sceneOf, trackOf } from '../../store/testing';
import { type Answers, renderInApp, stubServer } from '../../ui/testing';
import { type EditorTools, EditorToolsProvider, useSession } from '../editor_context';
import { FindingMarks } from './finding_marks';
import { FindingsBadge } from './findings_badge';
import { FindingsProvider } from './findings_context';
import { FindingsPanel } from './findings_panel';

const PATH = 'GET /api/scenes/scene/findings';

function found(rule: string, frame: number, track: string, fields: Partial<Finding> = {}): Finding {
  return {
    rule,
    severity: 'warning',
    sentence: `${rule} of ${track}`,
    frame_index: frame,
    track_id: track as TrackId,
    label_ids: [track],
    value: 0.5,
    details: { object: `Car ${track}` },
    ...fields,
  };
}

const ANSWER: Findings = {
  revision: 0,
  state: 'ready',
  rules: ['heading', 'overlap'].map((rule) => ({
    rule,
    title: rule,
    description: `about ${rule}`,
    severity: 'warning',
    needs_points: false,
  })),
  findings: [
    found('heading', 5, 'a', { details: { object: 'Car 7', turn_deg: 178 } }),
    found('overlap', 9, 'b', { severity: 'error', details: { object: 'Car 8', other: 'Car 9', iou: 0.61 } }),
    found('overlap', 12, 'gone'),
  ],
};

const NO_LABELS: SceneLabels = { revision: 0, tracks: [], cuboids: [], image_boxes: [], frame_states: [] };

async function open(answers: Answers) {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  const asked = stubServer(answers);
  const journal = await openJournal();
  let revision = 0;
  const editor = new Editor({
    scene: sceneOf(),
    journal,
    transport: {
      postChange: () => Promise.resolve({ revision: (revision += 1) }),
      fetchLabels: () => Promise.resolve(NO_LABELS),
    },
  });
  await editor.start();
  editor.store.transact((tx) => {
    tx.put('tracks', trackOf('a', { external_id: '7' }));
    tx.put('tracks', trackOf('b', { external_id: '8' }));
    tx.put('cuboids', keyOf('a', 5));
    tx.put('cuboids', keyOf('b', 9));
  });
  const tools = { editor, pointsInside: () => null } as unknown as EditorTools;
  const view = renderInApp(
    <EditorToolsProvider value={tools}>
      <FindingsProvider>
        <FindingsBadge />
        <FindingMarks />
        <Side />
      </FindingsProvider>
    </EditorToolsProvider>,
  );
  await act(() => vi.advanceTimersByTimeAsync(1500));
  return { editor, asked, view };
}

function Side() {
  return useSession((state) => state.findingsOpen) ? <FindingsPanel /> : null;
}

const rows = () => screen.getAllByTestId('finding-row');

async function rowAt(index: number): Promise<HTMLElement> {
  const row = (await screen.findAllByTestId('finding-row'))[index];
  expect(row).toBeDefined();
  return row ?? document.body;
}

beforeEach(() => {
  // jsdom lays nothing out, and a list without height shows no rows.
  vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(480);
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

it('counts in the badge, and lists by rule once opened', async () => {
  const { asked } = await open({ [PATH]: { json: ANSWER } });
  const badge = await screen.findByTestId('findings-badge');
  await waitFor(() => expect(badge.textContent).toBe('3'));
  expect(asked).toHaveLength(1);
  fireEvent.click(badge);
  await waitFor(() =>
    expect(rows().map((row) => row.dataset['rule'])).toEqual(['overlap', 'overlap', 'heading']),
  );
  expect(rows()[0]?.textContent).toBe('Car 8Frame 9Shares room with Car 9: IoU 0.61');
  expect(screen.getByTestId('findings-state').textContent).toBe('All checked');
  // Opened, it asks for what the clouds say too.
  await waitFor(() => expect(asked).toHaveLength(2));
});

it('leads to the frame and the object', async () => {
  const { editor } = await open({ [PATH]: { json: ANSWER } });
  const commands: string[] = [];
  editor.onCommand((command) => commands.push(command));
  fireEvent.click(await screen.findByTestId('findings-badge'));
  fireEvent.click(await rowAt(0));
  expect(editor.frameIndex).toBe(9);
  expect(editor.selectedTrackId).toBe('b');
  expect(commands).toEqual(['zoom-to-object']);
  expect(rows()[0]?.getAttribute('aria-selected')).toBe('true');
});

it('says so when the object is gone', async () => {
  const { editor } = await open({ [PATH]: { json: ANSWER } });
  fireEvent.click(await screen.findByTestId('findings-badge'));
  fireEvent.click(await rowAt(1));
  expect(editor.session.getState().notice?.key).toBe('findings.gone');
  expect(editor.frameIndex).toBe(12);
});

it('goes through the list by keyboard', async () => {
  const { editor } = await open({ [PATH]: { json: ANSWER } });
  act(() => editor.session.setState({ findingsOpen: true }));
  const list = await screen.findByTestId('findings-list');
  fireEvent.keyDown(list, { key: 'ArrowDown' });
  expect(editor.frameIndex).toBe(9);
  fireEvent.keyDown(list, { key: 'ArrowDown' });
  fireEvent.keyDown(list, { key: 'ArrowDown' });
  expect([editor.frameIndex, editor.selectedTrackId]).toEqual([5, 'a']);
  fireEvent.keyDown(list, { key: 'ArrowUp' });
  expect(editor.frameIndex).toBe(12);
});

it('shows one rule alone', async () => {
  await open({ [PATH]: { json: ANSWER } });
  fireEvent.click(await screen.findByTestId('findings-badge'));
  const filter = await screen.findByTestId('findings-filter');
  expect(
    within(filter)
      .getAllByRole('option')
      .map((option) => option.textContent),
  ).toEqual(['All rules (3)', 'Heading turns round (1)', 'Cuboids overlap (2)']);
  fireEvent.change(filter, { target: { value: 'heading' } });
  expect(rows()).toHaveLength(1);
});

it('marks the frames on the timeline', async () => {
  await open({ [PATH]: { json: ANSWER } });
  const marks = await screen.findByTestId('finding-marks');
  await waitFor(() => expect(marks.children).toHaveLength(3));
  const shown = [...marks.children].map((mark) => [
    mark.getAttribute('data-frame'),
    mark.getAttribute('data-severity'),
  ]);
  expect(shown).toEqual([
    ['5', 'warning'],
    ['9', 'error'],
    ['12', 'warning'],
  ]);
});

it('says that there is nothing', async () => {
  await open({ [PATH]: { json: { ...ANSWER, findings: [] } } });
  fireEvent.click(await screen.findByTestId('findings-badge'));
  expect((await screen.findByTestId('findings-empty')).textContent).toContain('Nothing found');
});

it('asks again after a saved change, once it is quiet', async () => {
  const { editor, asked } = await open({ [PATH]: { json: ANSWER } });
  await waitFor(() => expect(asked).toHaveLength(1));
  for (let revision = 1; revision <= 3; revision += 1) {
    act(() => {
      editor.store.setRevision(revision);
      editor.store.transact((tx) => tx.put('tracks', trackOf('a', { external_id: `${revision}` })));
    });
    await act(() => vi.advanceTimersByTimeAsync(500));
  }
  expect(asked).toHaveLength(1);
  await act(() => vi.advanceTimersByTimeAsync(500));
  await waitFor(() => expect(asked).toHaveLength(2));
});

it('asks nothing while a box is dragged', async () => {
  const { editor, asked } = await open({ [PATH]: { json: ANSWER } });
  await waitFor(() => expect(asked).toHaveLength(1));
  act(() => {
    editor.goToFrame(5);
    editor.select('a' as TrackId);
    const box = editor.beginGesture('history.move');
    expect(box).not.toBeNull();
    if (box !== null) {
      editor.updateGesture({ ...box, size_lwh_m: [9, 2, 2] });
    }
  });
  await act(() => vi.advanceTimersByTimeAsync(5000));
  expect(asked).toHaveLength(1);
  act(() => editor.endGesture());
  await act(() => vi.advanceTimersByTimeAsync(1500));
  await waitFor(() => expect(asked).toHaveLength(2));
});

it('asks until everything is checked', async () => {
  const { asked } = await open({ [PATH]: { json: { ...ANSWER, state: 'computing' } } });
  expect((await screen.findByTestId('findings-badge')).dataset['state']).toBe('computing');
  await act(() => vi.advanceTimersByTimeAsync(1100));
  expect(asked.length).toBeGreaterThanOrEqual(3);
});

it('says what went wrong and tries again', async () => {
  const { asked } = await open({});
  fireEvent.click(await screen.findByTestId('findings-badge'));
  const failed = await screen.findByTestId('findings-failed');
  expect(failed.textContent).toContain('no GET /api/scenes/scene/findings');
  const before = asked.length;
  fireEvent.click(within(failed).getByRole('button'));
  await waitFor(() => expect(asked.length).toBeGreaterThan(before));
});
