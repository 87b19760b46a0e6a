/** The types written by hand say what the server's OpenAPI document says; `tsc` does the checking. */
import { expectTypeOf, it } from 'vitest';

import type {
  AutolabelModel,
  AutolabelResult,
  ModelComparison,
  ProposedTracks,
  Readiness,
} from '../model/autolabel';
import type { Cuboid, FrameState, ImageBox, LabelChange, SceneLabels, Track } from '../model/records';
import type { Job, Person, Project, SceneDetail, SceneSummary, Taxonomy } from '../model/scene';
import type { components } from './schema';
import type {
  ActivateBody,
  AutolabelBody,
  BrowseResult,
  ExportBody,
  ExportCheck,
  FileReport,
  Findings,
  FormatInfo,
  Health,
  ImportBody,
  InspectBody,
  InspectReport,
  MergeBody,
  MergeReport,
  ModelActivation,
  PostedChange,
  RelinkBody,
  RelinkReport,
} from './types';

type Schemas = components['schemas'];

/** A type without brands: on the wire an id is a text. */
type Plain<T> = T extends string
  ? keyof T extends keyof string
    ? T
    : string
  : T extends object
    ? { readonly [K in keyof T]: Plain<T[K]> }
    : T;

/** The version is a plain number in the browser, which may have journaled changes of an older one. */
type Unversioned<T> = Omit<T, 'schema_version'>;

it('reads what the server sends', () => {
  expectTypeOf<Schemas['Project']>().toExtend<Plain<Project>>();
  expectTypeOf<Schemas['Taxonomy']>().toExtend<Plain<Taxonomy>>();
  expectTypeOf<Schemas['SceneSummary']>().toExtend<Plain<SceneSummary>>();
  expectTypeOf<Schemas['SceneDetail']>().toExtend<Plain<SceneDetail>>();
  expectTypeOf<Schemas['Labels']>().toExtend<Plain<SceneLabels>>();
  expectTypeOf<Schemas['Job']>().toExtend<Plain<Job>>();
  expectTypeOf<Schemas['Person']>().toExtend<Plain<Person>>();
  expectTypeOf<Schemas['ChangeAnswer']>().toExtend<Plain<PostedChange>>();
  expectTypeOf<Schemas['InspectReport']>().toExtend<InspectReport>();
  expectTypeOf<Schemas['Folder']>().toExtend<BrowseResult>();
  expectTypeOf<Schemas['FormatInfo']>().toExtend<FormatInfo>();
  expectTypeOf<Schemas['ExportCheck']>().toExtend<ExportCheck>();
  expectTypeOf<Schemas['Findings']>().toExtend<Plain<Findings>>();
  expectTypeOf<Schemas['MergeReport']>().toExtend<MergeReport>();
  expectTypeOf<Schemas['FileReport']>().toExtend<FileReport>();
  expectTypeOf<Schemas['RelinkReport']>().toExtend<Plain<RelinkReport>>();
  expectTypeOf<Schemas['Health']>().toExtend<Health>();
  expectTypeOf<Schemas['Readiness']>().toExtend<Plain<Readiness>>();
  expectTypeOf<Schemas['AutolabelModel']>().toExtend<Plain<AutolabelModel>>();
  expectTypeOf<Schemas['AutolabelResult']>().toExtend<Plain<AutolabelResult>>();
  expectTypeOf<Schemas['ModelComparison']>().toExtend<Plain<ModelComparison>>();
  expectTypeOf<Schemas['ModelActivation']>().toExtend<Plain<ModelActivation>>();
  expectTypeOf<Schemas['ProposedTracks']>().toExtend<Plain<ProposedTracks>>();
  expectTypeOf<Schemas['RevisionMessage']['change']>().toExtend<Plain<LabelChange>>();
});

it('sends what the server reads', () => {
  expectTypeOf<Unversioned<LabelChange>>().toExtend<Unversioned<Schemas['LabelChange']>>();
  expectTypeOf<Track>().toExtend<Schemas['Track']>();
  expectTypeOf<Cuboid>().toExtend<Schemas['Cuboid']>();
  expectTypeOf<ImageBox>().toExtend<Schemas['ImageBox']>();
  expectTypeOf<FrameState>().toExtend<Schemas['FrameState']>();
  expectTypeOf<ImportBody>().toExtend<Schemas['ImportRequest']>();
  expectTypeOf<InspectBody>().toExtend<Schemas['InspectRequest']>();
  expectTypeOf<MergeBody>().toExtend<Schemas['MergeRequest']>();
  expectTypeOf<RelinkBody>().toExtend<Schemas['RelinkRequest']>();
  expectTypeOf<ExportBody>().toExtend<Schemas['ExportRequest']>();
  expectTypeOf<AutolabelBody>().toExtend<Schemas['AutolabelRequest']>();
  expectTypeOf<ActivateBody>().toExtend<Schemas['ActivateRequest']>();
});
