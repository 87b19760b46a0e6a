/** Answering the taxonomy's questions by key: which attribute, then which answer, each one press. */
import { attributesFor } from '../model/attributes';
import type { AttributeValue } from '../model/records';
import type { Attribute } from '../model/scene';
import type { Editor } from './editor';
import { isNamed, type KeyStroke, strokeName } from './strokes';

const ORDER = '123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
/** Takes the answer back. */
export const CLEAR_KEYS: readonly string[] = ['Backspace', 'Delete'];

/** One thing to press. */
export interface Choice<T> {
  readonly key: string;
  readonly what: T;
}

/** The attributes that the selected object can be asked for. */
export function attributeChoices(editor: Editor): readonly Choice<Attribute>[] {
  const track = editor.selected?.track;
  return track === undefined ? [] : inOrder(attributesFor(editor.scene.taxonomy, track.category));
}

/** The answers of an attribute; those that are one digit or letter each are pressed as they are written. */
export function valueChoices({ values }: Attribute): readonly Choice<string | number>[] {
  const written = values.map((value) => String(value).toUpperCase());
  const areKeys =
    written.every((text) => /^[A-Z0-9]$/.test(text)) && new Set(written).size === written.length;
  return areKeys ? values.map((what, index) => ({ key: written[index] ?? '', what })) : inOrder(values);
}

/** Begin with the choice of the attribute, or with its answers where there is but one. */
export function beginAnswer(editor: Editor): void {
  const choices = attributeChoices(editor);
  const only = choices.length === 1 ? choices[0]?.what.name : undefined;
  if (choices.length > 0) {
    editor.session.setState({ attributeChord: { attribute: only ?? null } });
  }
}

/** Whether the press was one of an answer that is being given. */
export function answerByKey(editor: Editor, stroke: KeyStroke): boolean {
  const { attributeChord } = editor.session.getState();
  if (attributeChord === null || !isNamed(stroke)) {
    return false;
  }
  const name = strokeName(stroke);
  const attribute = attributeChoices(editor).find(({ what }) => what.name === attributeChord.attribute)?.what;
  if (editor.selected === null || name === 'Escape') {
    endAnswer(editor);
    return name === 'Escape';
  }
  const isTaken = attribute === undefined ? pickAttribute(editor, name) : pickValue(editor, attribute, name);
  // A slip among the choices changes nothing; any other key means what it always means.
  const isSlip = /^[A-Z0-9]$/.test(name);
  if (!isTaken && !isSlip) {
    endAnswer(editor);
  }
  return isTaken || isSlip;
}

/** Give the answer, or take it back with null, and be done. */
export function answer(editor: Editor, attribute: Attribute, value: AttributeValue | null): void {
  const { selected } = editor;
  endAnswer(editor);
  if (selected !== null) {
    editor.tracks.setAttribute(selected.track.id, attribute.name, value);
  }
}

export function endAnswer(editor: Editor): void {
  editor.session.setState({ attributeChord: null });
}

function pickAttribute(editor: Editor, name: string): boolean {
  const found = attributeChoices(editor).find(({ key }) => key === name);
  if (found !== undefined) {
    editor.session.setState({ attributeChord: { attribute: found.what.name } });
  }
  return found !== undefined;
}

function pickValue(editor: Editor, attribute: Attribute, name: string): boolean {
  const found = valueChoices(attribute).find(({ key }) => key === name);
  const isClear = CLEAR_KEYS.includes(name);
  if (found !== undefined || isClear) {
    answer(editor, attribute, found?.what ?? null);
  }
  return found !== undefined || isClear;
}

const inOrder = <T>(things: readonly T[]): readonly Choice<T>[] =>
  things.slice(0, ORDER.length).map((what, index) => ({ key: ORDER.charAt(index), what }));
