/** The versions of the project's model: what each learned from, how well it did, and which one proposes. */
import { Badge, Button, Checkbox, Menu } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { AutolabelModel } from '../../../model/autolabel';
import { formatAgo, formatCount, formatDateTime } from '../../../ui/format';
import { useEditor } from '../../editor_context';
import { useActivateModel, useModels } from '../queries';
import { boxesOf, framesOf, scoreName, scoreText } from './model_figures';
import { Comparison } from './comparison';
import { USUAL_ERROR } from './run_card';

export function ModelsCard() {
  const { t } = useTranslation();
  const { scene } = useEditor();
  const { data: models = [] } = useModels(scene.project_id);
  const [chosen, setChosen] = useState<readonly number[]>([]);
  const toggle = (version: number) =>
    setChosen((known) =>
      known.includes(version) ? known.filter((each) => each !== version) : [...known, version].slice(-2),
    );
  const [a, b] = chosen.toSorted((one, other) => one - other);
  return (
    <section className="tb-autocard" aria-labelledby="models-title" data-testid="models">
      <h3 id="models-title">{t('autolabel.models')}</h3>
      {models.length === 0 ? <p className="tb-autocard-note">{t('autolabel.noModels')}</p> : null}
      <ul className="tb-models">
        {models.map((model) => (
          <li key={model.version} data-testid="model" data-version={model.version} data-state={model.state}>
            <Checkbox
              aria-label={t('autolabel.compareVersion', { version: model.version })}
              checked={chosen.includes(model.version)}
              disabled={model.state === 'training' || model.state === 'failed'}
              onChange={() => toggle(model.version)}
              data-testid={`compare-${model.version}`}
            />
            <ModelFacts model={model} />
            <ModelState model={model} />
          </li>
        ))}
      </ul>
      {a !== undefined && b !== undefined ? <Comparison a={a} b={b} /> : null}
      {models.length > 1 && b === undefined ? (
        <p className="tb-autocard-note">{t('autolabel.compareHint')}</p>
      ) : null}
    </section>
  );
}

function ModelFacts({ model }: { readonly model: AutolabelModel }) {
  const { t, i18n } = useTranslation();
  const [score] = Object.entries(model.scores);
  return (
    <div className="tb-model-facts">
      <strong>{t('autolabel.version', { version: model.version })}</strong>{' '}
      <time dateTime={model.created_at} title={formatDateTime(model.created_at, i18n.language)}>
        {formatAgo(model.created_at, i18n.language)}
      </time>
      <p className="tb-autocard-note" title={learnedText(model)}>
        {model.error ??
          t('autolabel.learnedFrom', {
            frames: t('autolabel.framesPlain', { count: framesOf(model) }),
            boxes: t('autolabel.boxesPlain', { count: boxesOf(model) }),
          })}
        {score === undefined ? '' : ` · ${scoreName(i18n, t, score[0])} ${scoreText(score[0], score[1])}`}
        {model.track_count === 0
          ? ''
          : ` · ${t('autolabel.proposedCount', { tracks: formatCount(model.track_count, i18n.language) })}`}
      </p>
    </div>
  );
}

const learnedText = ({ learned_from }: AutolabelModel): string =>
  learned_from
    .map(({ scene_name, scene_id, revision, frames }) => {
      return `${scene_name ?? scene_id} (r${revision}): ${frames.join(', ')}`;
    })
    .join('\n');

function ModelState({ model }: { readonly model: AutolabelModel }) {
  const { t } = useTranslation();
  const { scene } = useEditor();
  const activate = useActivateModel(scene.project_id);
  if (model.state !== 'old') {
    return (
      <Badge color={model.state === 'failed' ? 'red' : model.state === 'active' ? 'lagoon' : 'gray'}>
        {t(`autolabel.state_${model.state}`)}
      </Badge>
    );
  }
  const use = (propose: boolean) =>
    activate.mutate({
      version: model.version,
      propose,
      scene_ids: null,
      wished_error: USUAL_ERROR,
    });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          size="compact-xs"
          variant="default"
          rightSection={<IconChevronDown size={12} />}
          loading={activate.isPending}
          data-testid={`use-model-${model.version}`}
        >
          {t('autolabel.rollBack')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => use(false)} data-testid="roll-back">
          {t('autolabel.rollBackOnly')}
        </Menu.Item>
        <Menu.Item onClick={() => use(true)} data-testid="roll-back-propose">
          {t('autolabel.rollBackPropose')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
