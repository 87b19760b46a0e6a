/** How grave a finding is, by shape and colour. */
import { IconAlertOctagonFilled, IconAlertTriangleFilled, IconInfoCircleFilled } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import type { Severity } from '../../api/types';

const ICONS = { error: IconAlertOctagonFilled, warning: IconAlertTriangleFilled, info: IconInfoCircleFilled };

interface SeverityIconProps {
  readonly severity: Severity;
  readonly size?: number;
}

export function SeverityIcon({ severity, size = 14 }: SeverityIconProps) {
  const { t } = useTranslation();
  const Icon = ICONS[severity];
  return (
    <Icon
      size={size}
      className="tb-severity"
      data-severity={severity}
      aria-label={t(`findings.${severity}`)}
    />
  );
}
