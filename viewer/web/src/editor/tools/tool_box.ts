/** The tools of the perspective view behind one face: what the pointer does goes to the tool in hand. */
import type { Vec2 } from '../../model/tuples';
import type { Editor } from '../editor';
import { CreateTool } from './create_tool';
import { RulerTool } from './ruler_tool';
import { SelectTool } from './select_tool';
import type { PointerInput, Tool } from './tool';

export function createTools(editor: Editor): Tool {
  return new ToolBox(editor);
}

class ToolBox implements Tool {
  readonly id = 'tool_box';

  private readonly editor: Editor;
  private readonly select: SelectTool;
  private readonly create: CreateTool;
  private readonly ruler: RulerTool;

  constructor(editor: Editor) {
    this.editor = editor;
    this.select = new SelectTool(editor);
    this.create = new CreateTool(editor);
    this.ruler = new RulerTool(editor);
  }

  onPointerDown(input: PointerInput): boolean {
    if (input.modifiers.ctrl && this.editor.session.getState().tool === 'select') {
      this.editor.setTool('create');
    }
    return this.current.onPointerDown(input);
  }

  onPointerMove(input: PointerInput): void {
    this.current.onPointerMove(input);
  }

  onPointerUp(input: PointerInput): void {
    this.current.onPointerUp(input);
  }

  onDoubleClick(input: PointerInput): void {
    this.current.onDoubleClick(input);
  }

  onCancel(): void {
    this.current.onCancel();
  }

  get band(): Vec2 | null {
    return this.current.band;
  }

  private get current(): Tool {
    return this[this.editor.session.getState().tool];
  }
}
