/** Which questions the taxonomy asks of an object. */
import type { AttributeValue } from './records';
import type { Attribute, Taxonomy } from './scene';

export function attributesFor(taxonomy: Taxonomy, category: string): readonly Attribute[] {
  return taxonomy.attributes.filter(
    ({ categories }) => categories.length === 0 || categories.includes(category),
  );
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
