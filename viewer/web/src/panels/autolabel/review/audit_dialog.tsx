/** Asks how many tracks to look at before a whole band is accepted, and says what each number would leave in doubt. */
import { Button, Group, Modal, Radio, Stack, Text } from '@mantine/core';
import { IconChecks } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { sampleSizes, usualSampleSize } from '../../../editor/review/audit';
import { mostWrongLeft } from '../../../editor/review/bound';
import { useEditor, useSession } from '../../editor_context';

export function AuditDialog() {
  const { t } = useTranslation();
  const { reviewing, session } = useEditor();
  const isOpen = useSession((state) => state.review.isAskingAudit);
  const close = () => session.setState(({ review }) => ({ review: { ...review, isAskingAudit: false } }));
  return (
    <Modal
      opened={isOpen}
      onClose={close}
      title={t('autolabel.acceptBand', { count: reviewing.acceptable.length })}
      size={520}
    >
      {isOpen ? <Sizes population={reviewing.acceptable.length} onClose={close} /> : null}
    </Modal>
  );
}

interface SizesProps {
  readonly population: number;
  readonly onClose: () => void;
}

function Sizes({ population, onClose }: SizesProps) {
  const { t } = useTranslation();
  const { reviewing } = useEditor();
  const [size, setSize] = useState(() => usualSampleSize(population));
  return (
    <Stack gap="md">
      <Text size="sm">{t('autolabel.auditWhy', { count: population })}</Text>
      <Radio.Group
        label={t('autolabel.auditSize')}
        value={String(size)}
        onChange={(value) => setSize(Number(value))}
      >
        <Stack gap="xs" mt="xs">
          {sampleSizes(population).map((each) => (
            <Radio
              key={each}
              size="xs"
              value={String(each)}
              label={sizeText(population, each)}
              data-testid={`audit-size-${each}`}
            />
          ))}
        </Stack>
      </Radio.Group>
      <Text size="xs" c="dimmed">
        {t('autolabel.auditBound')}
      </Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t('common.cancel')}
        </Button>
        <Button
          leftSection={<IconChecks size={16} />}
          onClick={() => reviewing.beginAudit(size)}
          data-autofocus
          data-testid="begin-audit"
        >
          {t('autolabel.auditBegin', { count: size })}
        </Button>
      </Group>
    </Stack>
  );

  function sizeText(of: number, looked: number): string {
    const wrong = mostWrongLeft(of, looked, 0);
    return looked === of
      ? t('autolabel.auditAll', { count: looked })
      : t('autolabel.auditSizeOf', { count: looked, wrong, left: of - looked });
  }
}
