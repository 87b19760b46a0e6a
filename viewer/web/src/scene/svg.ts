/** Small pieces of SVG. */
import type { Vec2 } from '../model/tuples';

const NAMESPACE = 'http://www.w3.org/2000/svg';

export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string | number>> = {},
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(NAMESPACE, tag);
  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, String(value));
  }
  return element;
}

export function setPlace(element: SVGElement, [x, y]: Vec2): void {
  element.setAttribute('transform', `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
}
