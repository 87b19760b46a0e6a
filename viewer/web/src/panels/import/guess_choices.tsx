/** What a format leaves open: how it was settled, why, and a way to say otherwise. */
import { Group, Select, Stack, Text, TextInput, Tooltip } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconHelpCircle } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Guess } from '../../api/types';

interface GuessChoicesProps {
  readonly guesses: readonly Guess[];
  readonly isDisabled: boolean;
  readonly onAnswer: (question: string, answer: string) => void;
}

export function GuessChoices({ guesses, ...rest }: GuessChoicesProps) {
  const { t } = useTranslation();
  if (guesses.length === 0) {
    return null;
  }
  return (
    <Stack gap="xs" data-testid="guesses">
      <Group gap="xs">
        <IconHelpCircle size={16} />
        <Text size="sm" fw={600}>
          {t('guesses.title')}
        </Text>
        <Text size="sm" c="dimmed">
          {t('guesses.hint')}
        </Text>
      </Group>
      <div className="tb-guesses">
        {guesses.map((guess) => (
          <GuessRow key={`${guess.question}:${guess.answer}`} guess={guess} {...rest} />
        ))}
      </div>
    </Stack>
  );
}

interface GuessRowProps extends Omit<GuessChoicesProps, 'guesses'> {
  readonly guess: Guess;
}

function GuessRow({ guess, isDisabled, onAnswer }: GuessRowProps) {
  const { t } = useTranslation();
  const { question, text, choices, answer, why } = guess;
  return (
    <div className="tb-guess" data-sure={guess.is_sure}>
      <Tooltip label={guess.is_sure ? t('guesses.sure') : t('guesses.unsure')}>
        {guess.is_sure ? (
          <IconCircleCheck size={16} color="var(--tb-ok)" aria-label={t('guesses.sure')} />
        ) : (
          <IconAlertTriangle size={16} color="var(--tb-warn)" aria-label={t('guesses.unsure')} />
        )}
      </Tooltip>
      <Stack gap={0}>
        <Text size="sm" className="tb-sentence">
          {text}
        </Text>
        <Text size="xs" c="dimmed">
          {why}
        </Text>
      </Stack>
      {choices.length === 0 ? (
        <FreeAnswer guess={guess} isDisabled={isDisabled} onAnswer={onAnswer} />
      ) : (
        <Select
          size="xs"
          aria-label={text}
          data={[...new Set([...choices, answer])]}
          value={answer}
          allowDeselect={false}
          disabled={isDisabled}
          onChange={(value) => onAnswer(question, value ?? answer)}
          data-testid={`guess-${question}`}
        />
      )}
    </div>
  );
}

/** Sent when it is left or by Enter, for every answer looks through the folder again. */
function FreeAnswer({ guess, isDisabled, onAnswer }: GuessRowProps) {
  const [draft, setDraft] = useState(guess.answer);
  const send = () => {
    if (draft.trim() !== guess.answer) {
      onAnswer(guess.question, draft.trim());
    }
  };
  return (
    <TextInput
      size="xs"
      aria-label={guess.text}
      value={draft}
      disabled={isDisabled}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onBlur={send}
      onKeyDown={(event) => (event.key === 'Enter' ? send() : undefined)}
      spellCheck={false}
      data-testid={`guess-${guess.question}`}
    />
  );
}
