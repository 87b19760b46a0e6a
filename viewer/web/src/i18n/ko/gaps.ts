import type { Texts } from '../texts';

export const gaps: Pick<Texts, 'gaps'> = {
  gaps: {
    noPoints: '이 포인트 클라우드는 비어 있습니다',
    noPoses: '자세 정보 없음',
    noPosesHint: '차량의 이동 정보가 없습니다. 키 사이의 큐보이드는 차량 기준으로 계산됩니다',
  },
};
