/** The answers that an object has to the taxonomy's questions. */
import type { ResolvedCuboid } from '../../geometry/interpolate';
import type { AttributeValue } from '../../model/records';
import type { Attribute } from '../../model/scene';

export function answerTo(attribute: Attribute, { cuboid, track }: ResolvedCuboid): AttributeValue | null {
  const answers = attribute.scope === 'track' ? track.attributes : cuboid.attributes;
  return answers[attribute.name] ?? null;
}
