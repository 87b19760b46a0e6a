/** What the ruler measures, in numbers, and what to do next. */
import { useTranslation } from 'react-i18next';

import { measure } from '../../editor/tools/ruler_tool';
import { formatNumber } from '../../ui/format';
import { useSession } from '../editor_context';

export function RulerHint() {
  const { t } = useTranslation();
  const tool = useSession((state) => state.tool);
  const ruler = useSession((state) => (state.ruler?.frameIndex === state.frameIndex ? state.ruler : null));
  if (tool !== 'ruler') {
    return null;
  }
  if (ruler === null) {
    return (
      <p className="tb-view-hint" role="status" data-testid="ruler-hint">
        {t('ruler.begin')}
      </p>
    );
  }
  const { delta_m, distance_m, horizontal_m } = measure(ruler);
  const [dx, dy, dz] = delta_m;
  return (
    <p className="tb-view-hint" role="status" data-testid="ruler-hint">
      <strong className="tb-num" data-testid="ruler-distance" data-metres={distance_m}>
        {t('ruler.distance', { metres: formatNumber(distance_m) })}
      </strong>
      <span className="tb-num">
        {t('ruler.parts', { dx: formatNumber(dx), dy: formatNumber(dy), dz: formatNumber(dz) })}
      </span>
      <span className="tb-num">{t('ruler.flat', { metres: formatNumber(horizontal_m) })}</span>
      <span className="tb-view-hint-next">{ruler.isDone ? t('ruler.again') : t('ruler.next')}</span>
    </p>
  );
}
