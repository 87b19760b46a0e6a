import { act, cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Editor } from '../../editor/editor';
import type { TrackId } from '../../model/ids';
import type { AutolabelModel, ProposedTrack, ProposedTracks, Readiness } from '../../model/autolabel';
import type { Job } from '../../model/scene';
import { MemoryJournal } from '../../store/journal';
import { FakeServer, keyOf, sceneOf, trackOf } from '../../store/testing';
import { type Answers, renderInApp, stubServer } from '../../ui/testing';
import { type EditorTools, EditorToolsProvider } from '../editor_context';
import { AutolabelPanel } from './autolabel_panel';
import type { TrackPictures } from './pictures';

const SOURCE = 'model:few-shot@2';

const READINESS: Readiness = {
  can_learn: true,
  rule: 'closed_frames',
  frame_count: 6,
  wanted_frames: 10,
  labelled: [],
  categories: [
    { category: 'Car', boxes: 31, tracks: 8, wanted: 10 },
    { category: 'Pedestrian', boxes: 4, tracks: 2, wanted: 10 },
  ],
  warnings: [],
  next: [
    {
      scene_id: 'scene',
      scene_name: 'drive',
      frame_index: 7,
      gain: 2,
      track_ids: ['b'],
      rare_categories: ['Pedestrian'],
      away_s: 4,
    },
  ] as unknown as Readiness['next'],
  active_version: 2,
  is_up_to_date: true,
};

const modelOf = (version: number, fields: Partial<AutolabelModel> = {}): AutolabelModel => ({
  version,
  state: 'old',
  created_at: '2026-11-20T10:00:00Z',
  error: null,
  learned_from: [
    { scene_id: 'scene', scene_name: 'drive', revision: 4, frames: [0, 5, 9] },
  ] as unknown as AutolabelModel['learned_from'],
  box_counts: { Car: 31, Pedestrian: 4 },
  scores: { ap: 0.8 },
  warnings: [],
  train_s: 100,
  scene_count: 1,
  track_count: 3,
  cuboid_count: 9,
  ...fields,
});

const proposedOf = (id: string, band: ProposedTrack['band']): ProposedTrack => ({
  track_id: id as TrackId,
  category: 'Car',
  band,
  score: 0.9,
  reasons: ['few_points', 'brand_new_reason'],
  faces: {
    front: { sigma_m: 0.1, is_unsure: false },
    rear: { sigma_m: 0.62, is_unsure: true },
    left: { sigma_m: 0.1, is_unsure: false },
    right: { sigma_m: 0.1, is_unsure: false },
    top: { sigma_m: 0.1, is_unsure: false },
    bottom: { sigma_m: 0.1, is_unsure: false },
  },
  first_frame: 2,
  last_frame: 3,
  frame_count: 2,
  unconfirmed_count: 2,
  expected_corrections: 1,
  expected_seconds: 30,
});

const PROPOSED: ProposedTracks = {
  model_version: 2,
  revision: 1,
  wished_error: 0.02,
  bands: { accept: 1, check: 1, redo: 0 },
  tracks: [proposedOf('a', 'check'), proposedOf('b', 'accept')],
};

const JOB: Job = {
  id: 'job',
  kind: 'autolabel',
  project_id: 'project',
  state: 'running',
  progress: 0.4,
  message: 'frame 3 of 9',
  error: null,
  result: null,
  created_at: '2026-11-21T10:00:00Z',
  started_at: null,
  finished_at: null,
} as unknown as Job;

const ANSWERS: Answers = {
  'GET /api/projects/project/autolabel/readiness': { json: READINESS },
  'GET /api/projects/project/models': { json: [modelOf(2, { state: 'active' }), modelOf(1)] },
  'GET /api/scenes/scene/proposed-tracks': { json: PROPOSED },
  'GET /api/jobs': { json: [] },
};

const noPictures = (): TrackPictures => ({
  version: 0,
  isComplete: true,
  attach: () => () => undefined,
  setOrder: () => undefined,
  setCellSize: () => undefined,
  stateOf: () => 'ready',
  subscribe: () => () => undefined,
  start: () => () => undefined,
});

async function open(answers: Answers = ANSWERS, tab: 'learn' | 'review' = 'learn') {
  const asked = stubServer(answers);
  const server = new FakeServer();
  const keys = ['a', 'b'].flatMap((id) =>
    [2, 3].map((frame) => keyOf(id, frame, 10, { source: SOURCE, score: 0.5 })),
  );
  server.changeByOther({
    added: {
      tracks: ['a', 'b'].map((id) => trackOf(id, { first_frame: 2, last_frame: 3, external_id: id })),
      cuboids: keys,
    },
  });
  const editor = new Editor({
    scene: sceneOf(),
    transport: server,
    journal: new MemoryJournal(),
    delayMs: () => 1,
  });
  await editor.start();
  renderInApp(
    <EditorToolsProvider value={{ editor } as unknown as EditorTools}>
      <AutolabelPanel createPictures={noPictures} />
    </EditorToolsProvider>,
  );
  act(() => editor.reviewing.open(tab));
  return { editor, asked };
}

beforeEach(() => {
  // jsdom lays nothing out, and a list without height shows no rows.
  vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(480);
  vi.spyOn(Element.prototype, 'clientWidth', 'get').mockReturnValue(960);
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe('learning', () => {
  it('says how much is labelled, and of what too little', async () => {
    await open();
    expect((await screen.findByTestId('labelled-frames')).textContent).toBe(
      '6 frames labelled, 10 are enough',
    );
    const needs = screen.getAllByTestId('category-need');
    expect(needs.map((need) => need.dataset['few'])).toEqual(['false', 'true']);
    expect(needs[1]?.textContent).toContain('6 more wanted');
  });

  it('leads to what to label next', async () => {
    const { editor } = await open();
    fireEvent.click(await screen.findByTestId('label-next-row'));
    expect([editor.reviewing.isOpen, editor.frameIndex, editor.selectedTrackId]).toEqual([false, 7, 'b']);
  });

  it('starts the job and shows how far it is', async () => {
    const { asked } = await open({
      ...ANSWERS,
      'POST /api/projects/project/autolabel': { status: 202, json: JOB },
      'GET /api/jobs/job': { json: JOB },
    });
    const button = await screen.findByTestId('run-autolabel');
    fireEvent.change(screen.getByTestId('run-scope'), { target: { value: 'scene' } });
    fireEvent.change(screen.getByTestId('run-error'), { target: { value: '0.05' } });
    const further = screen.getByTestId<HTMLInputElement>('run-self-train');
    expect(further.checked).toBe(false);
    fireEvent.click(further);
    fireEvent.click(button);
    expect((await screen.findByTestId('job-progress')).textContent).toContain('40 %');
    const sent = asked.find(({ method }) => method === 'POST');
    expect(sent?.body).toEqual({ scene_ids: ['scene'], wished_error: 0.05, retrain: null, self_train: true });
    expect(screen.queryByTestId('run-autolabel')).toBeNull();
  });

  it('goes on with a job that runs already, and says what a finished one brought', async () => {
    const result = {
      model_version: 2,
      tracks: 45,
      scenes: 3,
      bands: { accept: 30, check: 10, redo: 5 },
      self_training: { was_kept: false, score_before: 0.7512, score_after: 0.7 },
      warnings: ['Too few trucks'],
    };
    const done = { ...JOB, state: 'done', result };
    await open({ ...ANSWERS, 'GET /api/jobs': { json: [done] }, 'GET /api/jobs/job': { json: done } });
    const shown = await screen.findByTestId('run-result');
    expect(shown.textContent).toContain('45 tracks proposed in 3 scenes');
    expect(shown.textContent).toContain('Too few trucks');
    expect(within(shown).getByTestId('self-training').textContent).toContain('did not help (0.751 → 0.700');
    fireEvent.click(within(shown).getByTestId('go-review'));
    expect(await screen.findByTestId('review-tab')).toBeDefined();
  });

  it('does not begin where nothing is labelled', async () => {
    await open({
      ...ANSWERS,
      'GET /api/projects/project/autolabel/readiness': {
        json: { ...READINESS, can_learn: false, categories: [], frame_count: 0 },
      },
    });
    expect((await screen.findByTestId<HTMLButtonElement>('run-autolabel')).disabled).toBe(true);
    expect(screen.getByTestId('nothing-labelled')).toBeDefined();
  });

  it('compares two models and rolls back to one', async () => {
    const { asked } = await open({
      ...ANSWERS,
      'GET /api/projects/project/models/compare': {
        json: {
          a: modelOf(1),
          b: modelOf(2),
          scores: [{ name: 'ap', a: 0.7, b: 0.8 }],
          box_counts: [{ name: 'Car', a: 20, b: 31 }],
          scenes: [],
        },
      },
      'POST /api/projects/project/models/1/activate': { json: { model: modelOf(1), job: null } },
    });
    fireEvent.click(await screen.findByTestId('compare-1'));
    fireEvent.click(screen.getByTestId('compare-2'));
    const table = await screen.findByTestId('comparison');
    expect(table.textContent).toContain('Average precision70 %80 %+10 %');
    expect(table.textContent).toContain('Car2031+11');
    fireEvent.click(screen.getByTestId('use-model-1'));
    fireEvent.click(await screen.findByTestId('roll-back'));
    await waitFor(() => expect(asked.some(({ path }) => path.endsWith('/models/1/activate'))).toBe(true));
    expect(asked.find(({ method }) => method === 'POST')?.body).toMatchObject({ propose: false });
  });
});

describe('the review', () => {
  it('lists what waits, why, and how much there is of it', async () => {
    await open(ANSWERS, 'review');
    await waitFor(() => expect(screen.getAllByTestId('review-row')).toHaveLength(2));
    const [row] = screen.getAllByTestId('review-row');
    expect(row?.textContent).toContain('Car a');
    expect(row?.textContent).toContain('few points · brand new reason · rear ± 0.6 m');
    expect(screen.getByTestId('review-progress').textContent).toBe('0 of 2 reviewed · about 60 s left');
    expect(screen.getByTestId('band-check').textContent).toBe('Check1');
  });

  it('accepts and rejects by its buttons', async () => {
    const { editor } = await open(ANSWERS, 'review');
    await waitFor(() => expect(screen.getAllByTestId('review-row')).toHaveLength(2));
    fireEvent.click(screen.getAllByTestId('review-accept')[0] ?? document.body);
    await waitFor(() => expect(screen.getAllByTestId('review-row')).toHaveLength(1));
    fireEvent.click(screen.getByTestId('review-reject'));
    expect((await screen.findByTestId('review-empty')).textContent).toContain('All proposals are reviewed');
    expect(editor.store.all('tracks').map(({ id }) => id)).toEqual(['a']);
  });

  it('says what to do where a filter leaves nothing', async () => {
    await open(ANSWERS, 'review');
    fireEvent.click(await screen.findByTestId('band-redo'));
    const empty = await screen.findByTestId('review-empty');
    fireEvent.click(within(empty).getByRole('button'));
    await waitFor(() => expect(screen.getAllByTestId('review-row')).toHaveLength(2));
  });

  it('says what to do where nothing is proposed', async () => {
    const none = { ...PROPOSED, model_version: null, tracks: [] };
    await open({ ...ANSWERS, 'GET /api/scenes/scene/proposed-tracks': { json: none } }, 'review');
    const empty = await screen.findByTestId('review-empty');
    expect(empty.textContent).toContain('Nothing is proposed in this scene yet');
  });
});
