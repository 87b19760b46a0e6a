import type { Texts } from '../texts';

export const gaps: Pick<Texts, 'gaps'> = {
  gaps: {
    noPoses: '포즈 없음',
    noPosesHint: '차량의 이동 정보가 없습니다. 키 사이의 큐보이드는 차량 기준으로 계산됩니다',
  },
};
