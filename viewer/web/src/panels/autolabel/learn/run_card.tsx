/** Starts the job that learns and proposes, shows how far it is, and what it brought. */
import { Alert, Button, Checkbox, Group, NativeSelect, Stack } from '@mantine/core';
import { IconCircleCheck, IconListCheck, IconWand } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { AutolabelResult, Readiness, SelfTraining } from '../../../model/autolabel';
import { BANDS } from '../../../model/autolabel';
import type { Job } from '../../../model/scene';
import { formatCount } from '../../../ui/format';
import { useEditor } from '../../editor_context';
import { JobProgress } from '../../jobs/job_progress';
import { isFinished } from '../../jobs/use_job';
import { BandMark } from '../band_mark';
import { useStartAutolabel } from '../queries';

/** The shares of wrong boxes that the accept band may hold. */
const ERRORS = [0.01, 0.02, 0.05, 0.1] as const;
export const USUAL_ERROR = 0.02;

interface RunCardProps {
  readonly readiness: Readiness;
  readonly job: Job | undefined;
}

export function RunCard({ readiness, job }: RunCardProps) {
  const { t } = useTranslation();
  const isRunning = job !== undefined && !isFinished(job);
  const [hasRun, setHasRun] = useState(isRunning);
  if (isRunning && !hasRun) {
    setHasRun(true);
  }
  return (
    <section className="tb-autocard" aria-labelledby="run-title" data-testid="run-card">
      <h3 id="run-title">{t('autolabel.run')}</h3>
      {isRunning ? null : <RunForm readiness={readiness} takesFocus={!hasRun} />}
      {job !== undefined && (isRunning || job.state === 'failed') ? <JobProgress job={job} /> : null}
      {job?.state === 'cancelled' ? <p className="tb-autocard-note">{t('autolabel.cancelled')}</p> : null}
      {job?.state === 'done' ? <Done job={job} /> : null}
    </section>
  );
}

interface RunFormProps {
  readonly readiness: Readiness;
  /** What comes back after a job leaves the focus where it is. */
  readonly takesFocus: boolean;
}

function RunForm({ readiness, takesFocus }: RunFormProps) {
  const { t } = useTranslation();
  const { scene } = useEditor();
  const start = useStartAutolabel(scene.project_id);
  const [scope, setScope] = useState('project');
  const [error, setError] = useState<number>(USUAL_ERROR);
  const [isAnew, setIsAnew] = useState(false);
  const [isFurther, setIsFurther] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // Opened by its key, the panel takes the keyboard; opened by a click, the button in the top bar keeps the focus.
    if (takesFocus && document.activeElement === document.body) {
      button.current?.focus({ focusVisible: true });
    }
  }, [takesFocus]);
  const run = () =>
    start.mutate({
      scene_ids: scope === 'scene' ? [scene.id] : null,
      wished_error: error,
      retrain: isAnew ? true : null,
      self_train: isFurther,
    });
  const isKnown = readiness.active_version !== null && readiness.is_up_to_date;
  return (
    <Stack gap="sm">
      <Group grow gap="sm">
        <NativeSelect
          size="xs"
          label={t('autolabel.scope')}
          value={scope}
          data={[
            { value: 'project', label: t('autolabel.scopeProject') },
            { value: 'scene', label: t('autolabel.scopeScene') },
          ]}
          onChange={({ currentTarget }) => setScope(currentTarget.value)}
          data-testid="run-scope"
        />
        <NativeSelect
          size="xs"
          label={t('autolabel.wishedError')}
          title={t('autolabel.wishedErrorHint')}
          value={String(error)}
          data={ERRORS.map((share) => ({ value: String(share), label: `${Math.round(share * 100)} %` }))}
          onChange={({ currentTarget }) => setError(Number(currentTarget.value))}
          data-testid="run-error"
        />
      </Group>
      {isKnown ? (
        <Checkbox
          label={t('autolabel.anew', { version: readiness.active_version })}
          checked={isAnew}
          onChange={({ currentTarget }) => setIsAnew(currentTarget.checked)}
        />
      ) : null}
      <Checkbox
        label={t('autolabel.selfTrain')}
        description={t('autolabel.selfTrainHint')}
        checked={isFurther}
        onChange={({ currentTarget }) => setIsFurther(currentTarget.checked)}
        data-testid="run-self-train"
      />
      <Group className="tb-run-row" gap="sm" wrap="nowrap">
        <Button
          leftSection={<IconWand size={16} />}
          disabled={!readiness.can_learn}
          ref={button}
          loading={start.isPending}
          onClick={run}
          data-testid="run-autolabel"
        >
          {t('autolabel.start')}
        </Button>
        <span className="tb-autocard-note">
          {t(readiness.can_learn ? 'autolabel.startHint' : 'autolabel.cannotLearn')}
        </span>
      </Group>
    </Stack>
  );
}

function Done({ job }: { readonly job: Job }) {
  const { t, i18n } = useTranslation();
  const editor = useEditor();
  const result = job.result as AutolabelResult | null;
  if (result === null) {
    return null;
  }
  const count = (value: number) => formatCount(value, i18n.language);
  return (
    <Alert
      mt="sm"
      variant="light"
      icon={<IconCircleCheck size={18} />}
      title={t('autolabel.done', { tracks: count(result.tracks), count: result.scenes })}
      data-testid="run-result"
    >
      <Stack gap="xs">
        <span className="tb-bands">
          {BANDS.map((band) => (
            <span key={band}>
              <BandMark band={band} /> <strong>{count(result.bands[band])}</strong>
            </span>
          ))}
        </span>
        <FurtherNote outcome={result.self_training} />
        {result.warnings.map((warning) => (
          <span key={warning} className="tb-autocard-note tb-sentence">
            {warning}
          </span>
        ))}
        <Group>
          <Button
            size="compact-sm"
            leftSection={<IconListCheck size={14} />}
            onClick={() => editor.reviewing.setTab('review')}
            data-testid="go-review"
          >
            {t('autolabel.goReview')}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}

/** Whether learning further helped, with both scores. */
function FurtherNote({ outcome }: { readonly outcome: SelfTraining | null | undefined }) {
  const { t } = useTranslation();
  if (outcome === null || outcome === undefined) {
    return null;
  }
  const { was_kept, score_before, score_after } = outcome;
  const key =
    score_before === null
      ? 'selfTrainUnjudged'
      : score_after === null
        ? 'selfTrainUnsure'
        : was_kept
          ? 'selfTrainKept'
          : 'selfTrainWorse';
  return (
    <span className="tb-autocard-note tb-sentence" data-testid="self-training">
      {t(`autolabel.${key}`, { before: figure(score_before), after: figure(score_after) })}
    </span>
  );
}

const figure = (score: number | null): string => score?.toFixed(3) ?? '';
