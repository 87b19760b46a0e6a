/** Where on the timeline something was found: a mark a frame, in the colour of the gravest. */
import { useEditor } from '../editor_context';
import { EDGE_PX } from '../timeline/timeline_layout';
import { severityOfFrames } from './finding_rows';
import './findings.css';
import { useFindings } from './findings_context';

export function FindingMarks() {
  const { scene } = useEditor();
  const { answer } = useFindings();
  const last = scene.frames.length - 1;
  return (
    <div className="tb-finding-marks" aria-hidden="true" data-testid="finding-marks">
      {[...severityOfFrames(answer?.findings ?? [])].map(([frame, severity]) => (
        <i
          key={frame}
          data-severity={severity}
          data-frame={frame}
          style={{
            left: `calc(${EDGE_PX}px + (100% - ${2 * EDGE_PX}px) * ${last > 0 ? frame / last : 0.5})`,
          }}
        />
      ))}
    </div>
  );
}
