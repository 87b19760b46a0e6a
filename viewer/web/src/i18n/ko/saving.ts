import type { Texts } from '../texts';

/** 작업이 얼마나 안전한지, 거부된 변경이 무엇을 뜻하는지. */
export const saving: Pick<Texts, 'saving'> = {
  saving: {
    onlyHere: '이 탭에만 있음',
    onlyHereHint:
      '이 브라우저는 전송되지 않은 변경을 보관하지 못합니다. 서버에 저장될 때까지 이 탭에만 있습니다',
    unreadableHint_one:
      '다른 버전의 Truebox에서 전송하지 못한 변경 {{count}}건이 이 브라우저에 보관되어 있습니다',
    unreadableHint_other:
      '다른 버전의 Truebox에서 전송하지 못한 변경 {{count}}건이 이 브라우저에 보관되어 있습니다',
    refusedTitle: '서버가 변경을 거부했습니다',
    refusedText: '아직 사라진 것은 없습니다. 다시 시도하거나, 이 변경을 버리고 서버의 내용에서 이어 가세요.',
    tryAgain: '다시 시도',
    giveUp: '내 변경 버리기',
  },
};
