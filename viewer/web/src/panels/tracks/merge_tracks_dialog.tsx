/** Two tracks of one object: what they contradict each other in, and who wins, before they become one. */
import { Button, Checkbox, Group, Modal, SegmentedControl, Select, Stack, Table, Text } from '@mantine/core';
import { IconArrowsExchange, IconArrowMerge } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { lifeOf } from '../../editor/track_edits/life';
import { type MergeConflict, type MergeReport, reportMerge, type Side } from '../../editor/track_edits/merge';
import type { TrackId } from '../../model/ids';
import { categoryTitle, trackName } from '../../model/names';
import type { Track } from '../../model/records';
import { formatMetres } from '../../ui/format';
import { IconButton } from '../../ui/icon_button';
import { useEditor, useLabelVersion, useSession } from '../editor_context';
import { ofKind, rangesOf, sizeText } from './merge_words';

export function MergeTracksDialog() {
  const { t } = useTranslation();
  const { session, store, tracks } = useEditor();
  const merge = useSession((state) => state.merge);
  const into = merge === null ? undefined : store.get('tracks', merge.intoId);
  const other = merge === null ? undefined : store.get('tracks', merge.otherId);
  const close = () => {
    session.setState({ merge: null });
    if (merge !== null) {
      session.setState({ selectedTrackId: merge.intoId });
    }
  };
  return (
    <Modal
      opened={merge !== null}
      onClose={close}
      title={t('sequences.mergeTitle')}
      size={560}
      data-testid="merge-tracks"
    >
      {into && other ? (
        <MergeForm
          key={`${into.id} ${other.id}`}
          into={into}
          other={other}
          onPick={(intoId, otherId) => session.setState({ merge: { intoId, otherId } })}
          onMerge={(choices) => tracks.merge(into.id, other.id, choices)}
          onCancel={close}
        />
      ) : null}
    </Modal>
  );
}

interface Choices {
  readonly keep: Side;
  readonly bridge: boolean;
  readonly oneSize: boolean;
}

interface MergeFormProps {
  readonly into: Track;
  readonly other: Track;
  readonly onPick: (intoId: TrackId, otherId: TrackId) => void;
  readonly onMerge: (choices: Choices) => void;
  readonly onCancel: () => void;
}

function MergeForm({ into, other, onPick, onMerge, onCancel }: MergeFormProps) {
  const { t } = useTranslation();
  const { store } = useEditor();
  useLabelVersion();
  const report = reportMerge(store, into, other);
  const hasSizes = ofKind(report.conflicts, 'size').length > 0;
  const [choices, setChoices] = useState<Choices>({ keep: 'into', bridge: false, oneSize: hasSizes });
  return (
    <Stack gap="sm">
      <Partners into={into} other={other} onPick={onPick} />
      <Report report={report} into={into} other={other} />
      <Decisions report={report} into={into} other={other} choices={choices} onChange={setChoices} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onCancel}>
          {t('sequences.cancel')}
        </Button>
        <Button
          data-autofocus
          leftSection={<IconArrowMerge size={16} />}
          onClick={() => onMerge(choices)}
          data-testid="merge-tracks-do"
        >
          {t('sequences.merge')}
        </Button>
      </Group>
    </Stack>
  );
}

function Partners({ into, other, onPick }: Pick<MergeFormProps, 'into' | 'other' | 'onPick'>) {
  const { t } = useTranslation();
  const { store } = useEditor();
  const options = store
    .all('tracks')
    .filter(({ id }) => id !== into.id)
    .map((track) => ({ value: track.id, label: trackName(track) }));
  return (
    <div className="tb-merge-partners">
      <div>
        <Text size="xs" c="dimmed">
          {t('sequences.stays')}
        </Text>
        <Text fw={600}>{trackName(into)}</Text>
        <LifeText track={into} />
      </div>
      <IconButton
        label={t('sequences.swap')}
        icon={<IconArrowsExchange size={18} />}
        onClick={() => onPick(other.id, into.id)}
        testId="merge-tracks-swap"
      />
      <div>
        <Select
          size="xs"
          label={t('sequences.goes')}
          labelProps={{ c: 'dimmed', fw: 400 }}
          data={options}
          value={other.id}
          searchable
          allowDeselect={false}
          onChange={(value) => value !== null && onPick(into.id, value)}
          data-testid="merge-tracks-other"
        />
        <LifeText track={other} />
      </div>
    </div>
  );
}

function LifeText({ track }: { readonly track: Track }) {
  const { t } = useTranslation();
  const { store } = useEditor();
  const [first, last] = lifeOf(store, track);
  return (
    <Text size="xs" c="dimmed">
      {t('sequences.frames', { first, last })}
    </Text>
  );
}

interface ReportProps {
  readonly report: MergeReport;
  readonly into: Track;
  readonly other: Track;
}

function Report({ report: { conflicts }, into, other }: ReportProps) {
  const { t } = useTranslation();
  const rows = conflicts.flatMap((conflict) => rowOf(conflict, t('sequences.yes'), t('sequences.no')));
  const cuboids = ofKind(conflicts, 'cuboid');
  const images = ofKind(conflicts, 'image_box');
  if (conflicts.length === 0) {
    return (
      <Text size="sm" data-testid="merge-tracks-none">
        {t('sequences.noConflicts')}
      </Text>
    );
  }
  const apart_m = Math.max(...cuboids.map((conflict) => conflict.apart_m));
  const titles = {
    category: t('sequences.category'),
    size: t('sequences.size'),
    static: t('sequences.standing'),
  } as const;
  return (
    <div data-testid="merge-tracks-conflicts">
      {rows.length === 0 ? null : (
        <Table fz="sm" verticalSpacing={2}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('sequences.differ')}</Table.Th>
              <Table.Th>{trackName(into)}</Table.Th>
              <Table.Th>{trackName(other)}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(({ name, mine, theirs }) => (
              <Table.Tr key={name}>
                <Table.Td>{name in titles ? titles[name as keyof typeof titles] : name}</Table.Td>
                <Table.Td fw={600}>{mine}</Table.Td>
                <Table.Td td="line-through" c="dimmed">
                  {theirs}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {cuboids.length === 0 ? null : (
        <Text size="sm" mt="xs">
          {t('sequences.both', {
            count: cuboids.length,
            frames: rangesOf(cuboids.map(({ frame_index }) => frame_index)),
          })}
          {' · '}
          {t('sequences.apart', { metres: formatMetres(apart_m, 2) })}
        </Text>
      )}
      {images.length === 0 ? null : <Text size="sm">{t('sequences.images', { count: images.length })}</Text>}
    </div>
  );
}

interface Row {
  readonly name: string;
  readonly mine: string;
  readonly theirs: string;
}

function rowOf(conflict: MergeConflict, yes: string, no: string): readonly Row[] {
  switch (conflict.kind) {
    case 'category':
      return [
        { name: 'category', mine: categoryTitle(conflict.into), theirs: categoryTitle(conflict.other) },
      ];
    case 'static':
      return [{ name: 'static', mine: conflict.into ? yes : no, theirs: conflict.other ? yes : no }];
    case 'size':
      return [{ name: 'size', mine: sizeText(conflict.into), theirs: sizeText(conflict.other) }];
    case 'attribute':
      return [{ name: conflict.name, mine: String(conflict.into), theirs: String(conflict.other) }];
    case 'cuboid':
    case 'image_box':
      return [];
  }
}

interface DecisionsProps extends ReportProps {
  readonly choices: Choices;
  readonly onChange: (choices: Choices) => void;
}

function Decisions({ report, into, other, choices, onChange }: DecisionsProps) {
  const { t } = useTranslation();
  const isDouble = report.conflicts.some(({ kind }) => kind === 'cuboid' || kind === 'image_box');
  const hasSizes = ofKind(report.conflicts, 'size').length > 0;
  const gaps = report.gaps.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`));
  return (
    <>
      {isDouble ? (
        <div>
          <Text size="sm" mb={4}>
            {t('sequences.wins')}
          </Text>
          <SegmentedControl
            size="xs"
            value={choices.keep}
            onChange={(value) => onChange({ ...choices, keep: value })}
            data={[
              { value: 'into', label: trackName(into) },
              { value: 'other', label: trackName(other) },
            ]}
            data-testid="merge-tracks-keep"
          />
        </div>
      ) : null}
      {hasSizes ? (
        <Checkbox
          size="xs"
          label={t('sequences.oneSize', { name: trackName(into) })}
          checked={choices.oneSize}
          onChange={(event) => onChange({ ...choices, oneSize: event.currentTarget.checked })}
        />
      ) : null}
      {gaps.length > 0 ? (
        <Checkbox
          size="xs"
          label={t('sequences.bridge', { frames: gaps.join(', ') })}
          checked={choices.bridge}
          onChange={(event) => onChange({ ...choices, bridge: event.currentTarget.checked })}
          data-testid="merge-tracks-bridge"
        />
      ) : null}
    </>
  );
}
