/** The places of the four views, over one canvas: labels and empty states, nothing that would catch the pointer. */
import { Loader } from '@mantine/core';
import { IconAlertTriangle, IconCloudOff, IconPointOff } from '@tabler/icons-react';
import type { ReactNode, RefObject } from 'react';
import { useTranslation } from 'react-i18next';

import { CloudOverlay } from '../panels/display/cloud_overlay';
import { useSelected, useSession } from '../panels/editor_context';
import type { SideViewName, ViewportStatus } from '../scene/viewport';
import type { ViewRefs } from './use_viewport';

interface ViewsProps extends ViewRefs {
  readonly status: ViewportStatus;
  /** The browser took the graphics card away. */
  readonly isLost: boolean;
  readonly children: ReactNode;
}

export function Views({ perspective, top, side, rear, status, isLost, children }: ViewsProps) {
  const { t } = useTranslation();
  return (
    <div className="tb-views" aria-label={t('editor.views')} role="group">
      <div className="tb-perspective-box">
        <div
          ref={perspective}
          className="tb-view"
          data-testid="view-perspective"
          data-state={status.state}
          data-frame={status.frameIndex}
        />
        {isLost ? <LostState /> : <CloudState status={status} />}
        <CloudOverlay />
        {children}
      </div>
      <div className="tb-side-views">
        <SideView name="top" element={top} />
        <SideView name="side" element={side} />
        <SideView name="rear" element={rear} />
      </div>
    </div>
  );
}

interface SideViewProps {
  readonly name: SideViewName;
  readonly element: RefObject<HTMLDivElement | null>;
}

function SideView({ name, element }: SideViewProps) {
  const { t } = useTranslation();
  const selected = useSelected();
  return (
    <div className="tb-side-view">
      <div ref={element} className="tb-view" data-testid={`view-${name}`} />
      <span className="tb-view-label">{t(`editor.${name}`)}</span>
      {selected === null ? <p className="tb-view-empty">{t('editor.selectForViews')}</p> : null}
    </div>
  );
}

function LostState() {
  const { t } = useTranslation();
  return (
    <p className="tb-lost-state" role="status" data-testid="context-lost">
      <Loader size={18} />
      {t('editor.contextLost')}
    </p>
  );
}

function CloudState({ status }: { readonly status: ViewportStatus }) {
  const { t } = useTranslation();
  const isBare = useSession(
    ({ cloudProgress }) => cloudProgress?.state === 'full' && cloudProgress.total === 0,
  );
  if (status.state === 'empty') {
    return (
      <p className="tb-cloud-state" role="status" data-testid="no-cloud">
        <IconCloudOff size={16} aria-hidden="true" />
        {t('editor.noCloud')}
      </p>
    );
  }
  if (status.state === 'ready' && isBare) {
    return (
      <p className="tb-cloud-state" role="status" data-testid="no-points">
        <IconPointOff size={16} aria-hidden="true" />
        {t('gaps.noPoints')}
      </p>
    );
  }
  return status.state === 'failed' ? (
    <p className="tb-cloud-state" role="alert" data-testid="cloud-error">
      <IconAlertTriangle size={16} aria-hidden="true" />
      <CloudMessage message={status.message ?? t('errors.title')} />
    </p>
  ) : null;
}

/** The file's name says enough; where it lies is told to whoever asks. */
function CloudMessage({ message }: { readonly message: string }) {
  const [, path, said] = /^(\S.*?\.\w+): (.+)$/su.exec(message) ?? [];
  if (path === undefined || said === undefined) {
    return <span>{message}</span>;
  }
  return (
    <span title={path}>
      <strong>{path.split(/[/\\]/).at(-1)}</strong>: {said}
    </span>
  );
}
