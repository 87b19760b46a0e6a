/** What a job says is told in the language of the page. */
import { describe, expect, it } from 'vitest';

import { createI18n } from '../../i18n/i18n';
import { jobMessage } from './job_message';

const SAID = [
  'frame 3 of 9',
  'step 12 of 400, loss 1.25',
  'packing 2 of 5 files',
  'looking through drive',
  'reading labelled frames',
  'judging itself by the frames held back',
  'judging both by the frames held back',
  'joining what was seen to tracks',
  'carrying on what people began',
  'learning: step 1 of 2, loss 0.50',
  'learning further: frame 1 of 2',
  'beginning anew: the file is damaged',
  'town: east (2 of 3): frame 1 of 9',
];

describe('what a job says', () => {
  it('stays as the server said it in English', () => {
    const { t } = createI18n('en');
    for (const said of SAID) {
      expect(jobMessage(t, said)).toBe(said);
    }
  });

  it('is Korean in Korean, names and numbers as they are', () => {
    const { t } = createI18n('ko');
    expect(jobMessage(t, 'town (2 of 3): frame 1 of 9')).toBe('town (2/3): 프레임 1/9');
    expect(jobMessage(t, 'learning: step 1 of 2, loss 0.50')).toBe('학습: 학습 단계 1/2, 손실 0.50');
    for (const said of SAID.slice(0, 10)) {
      expect(jobMessage(t, said)).not.toBe(said);
    }
    expect(jobMessage(t, 'something new')).toBe('something new');
    expect(jobMessage(t, '')).toBe('');
  });
});
