/** How records are called on the screen. */
import type { Track } from './records';
import type { Category, Taxonomy } from './scene';

/** The category of that name; one that the taxonomy does not have comes out grey and of a car's size. */
export function categoryOf(taxonomy: Taxonomy, name: string): Category {
  return (
    taxonomy.categories.find((category) => category.name === name) ?? {
      name,
      color: '#9aa0a6',
      size_prior_lwh_m: [4, 1.8, 1.6],
      hot_key: null,
      parent: null,
      is_rigid: true,
    }
  );
}

/** A category as people read it: `Person_sitting` is `Person sitting`. */
export const categoryTitle = (name: string): string => name.replaceAll('_', ' ');

/** `Car 12`, or `Car ·3fa2` for a track that has no number yet. */
export function trackName(track: Track): string {
  return `${categoryTitle(track.category)} ${track.external_id ?? `·${track.id.slice(0, 4)}`}`;
}
