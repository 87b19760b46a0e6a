/** The 3D views of one editor, what the panels need of them, and the hooks that tests and benchmarks use. */
import { type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Editor } from '../editor/editor';
import type { EditorTools } from '../panels/editor_context';
import { ShownImages } from '../panels/cameras/shown_images';
import { createViewport, type Viewport, type ViewName, type ViewportStatus } from '../scene/viewport';
import { newCanvas } from '../scene/webgl';
import { installHooks } from './test_hooks';
import type { Authors } from './use_editor_session';

export type ViewRefs = Readonly<Record<ViewName, RefObject<HTMLDivElement | null>>>;

const LOADING: ViewportStatus = { state: 'loading', frameIndex: 0, message: null };

export function useViewport(editor: Editor, authors: Authors) {
  const { t } = useTranslation();
  const canvasHost = useRef<HTMLDivElement>(null);
  const perspective = useRef<HTMLDivElement>(null);
  const top = useRef<HTMLDivElement>(null);
  const side = useRef<HTMLDivElement>(null);
  const rear = useRef<HTMLDivElement>(null);
  const views: ViewRefs = useMemo(() => ({ perspective, top, side, rear }), []);
  const [viewport, setViewport] = useState<Viewport | null>(null);
  const images = useMemo(() => new ShownImages(), []);
  const noWebGl = useRef('');
  useEffect(() => {
    noWebGl.current = t('errors.webgl');
  }, [t]);

  useEffect(() => {
    const elements = elementsOf(views);
    const host = canvasHost.current;
    if (host === null || elements === null) {
      return undefined;
    }
    // A canvas whose WebGL context was given back cannot get another one, so each viewport has its own.
    const canvas = newCanvas();
    host.replaceChildren(canvas);
    const made = createViewport(canvas, editor, { noWebGl: noWebGl.current });
    made.setElements(elements);
    Object.assign(editor, { canAdvance: () => made.canAdvance });
    const uninstall = installHooks(editor, made, images);
    const stopTelling = tellPoints(made, images);
    setViewport(made);
    return () => {
      stopTelling();
      uninstall();
      made.dispose();
      canvas.remove();
      setViewport(null);
    };
  }, [editor, images, views]);

  const tools = useMemo<EditorTools>(
    () => ({
      editor,
      images,
      pointsInside: (box) => viewport?.pointsInside(box) ?? null,
      onCloud: (listener) => viewport?.subscribe(listener) ?? (() => undefined),
      authorOf: (id) => authors.get(id) ?? null,
    }),
    [editor, images, viewport, authors],
  );
  const status = useStatus(viewport);
  return { canvasHost, views, tools, status };
}

function tellPoints(viewport: Viewport, images: ShownImages): () => void {
  const tell = () => {
    const { state, frameIndex } = viewport.status;
    images.setPoints(state === 'loading' ? -1 : frameIndex);
  };
  tell();
  return viewport.subscribe(tell);
}

function useStatus(viewport: Viewport | null): ViewportStatus {
  const [status, setStatus] = useState(LOADING);
  useEffect(() => {
    if (viewport === null) {
      return undefined;
    }
    const read = () => setStatus((known) => sameOr(known, viewport.status));
    read();
    return viewport.subscribe(read);
  }, [viewport]);
  return status;
}

/** The known one while nothing changed: the viewport reports each drawing, and React should hear of changes only. */
function sameOr(known: ViewportStatus, { state, frameIndex, message }: ViewportStatus): ViewportStatus {
  const isSame = known.state === state && known.frameIndex === frameIndex && known.message === message;
  return isSame ? known : { state, frameIndex, message };
}

function elementsOf(views: ViewRefs): Readonly<Record<ViewName, HTMLElement>> | null {
  const { perspective, top, side, rear } = views;
  return perspective.current === null ||
    top.current === null ||
    side.current === null ||
    rear.current === null
    ? null
    : { perspective: perspective.current, top: top.current, side: side.current, rear: rear.current };
}
