/** The editor's screen: everything around the one canvas, and the canvas itself. */
import { startTransition, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';

import { bindKeys } from '../editor/keymap';
import type { Editor } from '../editor/editor';
import { tKey } from '../i18n/dynamic';
import { CameraStrip, FEW_CAMERAS } from '../panels/cameras/camera_strip';
import { EnlargedCamera } from '../panels/cameras/enlarged_camera';
import { mostCamerasOfAFrame } from '../geometry/camera_order';
import { ConflictDialog } from '../panels/conflict/conflict_dialog';
import { EditorToolsProvider, useEditor, useSession } from '../panels/editor_context';
import { ExportDialog } from '../panels/export/export_dialog';
import { ChangedFiles } from '../panels/files/changed_files';
import { FindingsProvider } from '../panels/findings/findings_context';
import { FindingsPanel } from '../panels/findings/findings_panel';
import { HelpOverlay } from '../panels/help/help_overlay';
import { ViewHints } from '../panels/hints/view_hints';
import { KEY_LOOKUP } from '../panels/key_hints';
import { BrokenKeys } from '../panels/keys/broken_keys';
import { KeysDialog } from '../panels/keys/keys_dialog';
import { ObjectList } from '../panels/objects/object_list';
import { Palette } from '../panels/palette/palette';
import { Properties } from '../panels/properties/properties';
import { Timeline } from '../panels/timeline/timeline';
import { MergeTracksDialog } from '../panels/tracks/merge_tracks_dialog';
import { TrackBanner } from '../panels/tracks/track_banner';
import { ToolRail } from '../panels/tools/tool_rail';
import { TopBar } from '../panels/topbar/top_bar';
import { KeyLookupProvider } from '../ui/keys';
import { toastInfo } from '../ui/toast';
import { useToastsAbove } from '../ui/use_toasts_above';
import { AutolabelArea } from './autolabel';
import { BatchGridArea } from './batch_grid';
import './editor.css';
import { FirstHint } from './first_hint';
import type { Authors } from './use_editor_session';
import { useContextLoss } from './use_context_loss';
import { useRegions } from './use_regions';
import { useViewport } from './use_viewport';
import { Views } from './views';

interface EditorShellProps {
  readonly editor: Editor;
  readonly authors: Authors;
}

export function EditorShell({ editor, authors }: EditorShellProps) {
  const { canvasHost, views, tools, status } = useViewport(editor, authors);
  const isLost = useContextLoss(canvasHost);
  const isExpanded = useStore(editor.session, (state) => state.lanesOpen);
  const conflict = useConflict(editor);
  const root = useRef<HTMLDivElement>(null);
  const timeline = useRef<HTMLDivElement>(null);
  useRegions(root);
  useToastsAbove(timeline);
  useKeys(editor);
  const isWhole = useAfterViews();
  return (
    <KeyLookupProvider value={KEY_LOOKUP}>
      <EditorToolsProvider value={tools}>
        <FindingsProvider>
          <div
            ref={root}
            className="tb-editor"
            data-testid="editor"
            data-lanes={isExpanded}
            data-cameras={mostCamerasOfAFrame(editor.scene) <= FEW_CAMERAS ? 'few' : 'many'}
          >
            <div className="tb-area-top" data-region>
              {isWhole ? <TopBar onShowConflict={conflict.open} /> : null}
            </div>
            <div className="tb-area-rail" data-region>
              {isWhole ? <ToolRail /> : null}
            </div>
            <div className="tb-area-strip" data-region>
              <CameraStrip />
            </div>
            <main className="tb-area-views">
              <div ref={canvasHost} className="tb-canvas-host" data-lost={isLost} aria-hidden="true" />
              <Views {...views} status={status} isLost={isLost}>
                {isWhole ? <OverViews /> : null}
              </Views>
              {isWhole ? <ChangedFiles scene={editor.scene} /> : null}
            </main>
            {isWhole ? <OtherViews /> : null}
            <aside className="tb-area-side" data-region>
              {isWhole ? <SidePanels /> : null}
            </aside>
            <div ref={timeline} className="tb-area-time" data-region>
              <Timeline
                isExpanded={isExpanded}
                onToggle={() => editor.session.setState({ lanesOpen: !isExpanded })}
              />
            </div>
          </div>
        </FindingsProvider>
        {isWhole ? (
          <>
            <ConflictDialog isOpen={conflict.isOpen} onClose={conflict.close} />
            <Dialogs />
          </>
        ) : null}
      </EditorToolsProvider>
    </KeyLookupProvider>
  );
}

/** The points and images come first: whatever stands around them follows while they are drawn. */
function useAfterViews(): boolean {
  const [isWhole, setIsWhole] = useState(false);
  useEffect(() => startTransition(() => setIsWhole(true)), []);
  return isWhole;
}

function OverViews() {
  return (
    <>
      <EnlargedCamera />
      <TrackBanner />
      <FirstHint />
      <ViewHints />
    </>
  );
}

function OtherViews() {
  return (
    <>
      <AutolabelArea />
      <BatchGridArea />
    </>
  );
}

function SidePanels() {
  return (
    <>
      <SideList />
      <Properties />
    </>
  );
}

function Dialogs() {
  return (
    <>
      <HelpOverlay />
      <MergeTracksDialog />
      <SceneExport />
      <Palette />
      <KeysDialog />
      <BrokenKeys />
      <Notices />
    </>
  );
}

/** The objects of the frame, or what the checks found in all of them. */
function SideList() {
  const isFindings = useSession((state) => state.findingsOpen);
  return isFindings ? <FindingsPanel /> : <ObjectList />;
}

function SceneExport() {
  const { scene, session } = useEditor();
  const isOpen = useSession((state) => state.exportOpen);
  return (
    <ExportDialog
      projectId={scene.project_id}
      sceneId={scene.id}
      isOpen={isOpen}
      onClose={() => session.setState({ exportOpen: false })}
    />
  );
}

/** What the editor says in one line becomes a toast. */
function Notices() {
  const { t } = useTranslation();
  const notice = useSession((state) => state.notice);
  const shown = useRef(0);
  useEffect(() => {
    if (notice !== null && notice.id !== shown.current) {
      shown.current = notice.id;
      toastInfo(tKey(t, notice.key, notice.values));
    }
  }, [notice, t]);
  return null;
}

function useKeys(editor: Editor): void {
  useEffect(() => bindKeys(editor, window), [editor]);
}

/** The dialog opens by itself when a conflict appears, and can be put off. */
function useConflict(editor: Editor) {
  const { sync } = editor;
  const state = useSyncExternalStore(sync.subscribe, () => sync.state);
  const [isOpen, setIsOpen] = useState(false);
  const [seen, setSeen] = useState(state);
  if (state !== seen) {
    setSeen(state);
    setIsOpen(state === 'conflict');
  }
  return { isOpen, open: () => setIsOpen(true), close: () => setIsOpen(false) };
}
