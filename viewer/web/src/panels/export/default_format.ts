/** Which format an export dialog offers first: the one that the scenes came in. */
import type { SceneId } from '../../model/ids';
import type { SceneSummary } from '../../model/scene';

/** The scene's format, or the one that most scenes of the project have; where it cannot be written, the first. */
export function defaultFormat(
  writable: readonly string[],
  scenes: readonly Pick<SceneSummary, 'id' | 'format'>[],
  sceneId: SceneId | null,
): string {
  const own = scenes.filter(({ id }) => sceneId === null || id === sceneId).map(({ format }) => format);
  const count = (format: string) => own.filter((each) => each === format).length;
  const [common] = own
    .filter((format) => writable.includes(format))
    .toSorted((one, other) => count(other) - count(one));
  return common ?? writable[0] ?? '';
}
