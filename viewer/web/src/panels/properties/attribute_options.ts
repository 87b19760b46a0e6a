/** Which questions the taxonomy asks of an object, and its answers. */
import type { ResolvedCuboid } from '../../geometry/interpolate';
import type { AttributeValue } from '../../model/records';
import type { Attribute, Taxonomy } from '../../model/scene';

export function attributesFor(taxonomy: Taxonomy, category: string): readonly Attribute[] {
  return taxonomy.attributes.filter(
    ({ categories }) => categories.length === 0 || categories.includes(category),
  );
}

export function answerTo(attribute: Attribute, { cuboid, track }: ResolvedCuboid): AttributeValue | null {
  const answers = attribute.scope === 'track' ? track.attributes : cuboid.attributes;
  return answers[attribute.name] ?? null;
}

/** The value behind a chosen text: numbers stay numbers. */
export function valueOfText(attribute: Attribute, text: string): AttributeValue {
  const listed = attribute.values.find((value) => String(value) === text);
  if (listed !== undefined) {
    return listed;
  }
  const number = Number(text);
  return text.trim() !== '' && Number.isFinite(number) ? number : text;
}
