/** Finding objects, and answering the taxonomy's questions about them. */
import { attributesFor } from '../../model/attributes';
import { beginAnswer } from '../attribute_chord';
import type { Editor } from '../editor';
import { type Action, action } from './action';

export const HABITS: readonly Action[] = [
  action('object', 'attribute', ['.'], beginAnswer, {
    isEnabled: hasQuestions,
    whyNotKey: 'whyNot.questions',
  }),
  action('object', 'find_object', ['Ctrl+F'], focusFilter, { everywhere: true }),
  action('object', 'clear_filter', ['Alt+F'], (editor) => editor.session.setState({ objectFilter: '' }), {
    isEnabled: (editor) => editor.session.getState().objectFilter !== '',
    whyNotKey: 'whyNot.filter',
  }),
];

function hasQuestions({ selected, scene }: Editor): boolean {
  return selected !== null && attributesFor(scene.taxonomy, selected.track.category).length > 0;
}

/** The list may stand behind the findings. */
function focusFilter(editor: Editor): void {
  editor.session.setState({ filterFocusAsked: true, findingsOpen: false });
}
