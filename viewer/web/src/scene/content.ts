/** Everything that is drawn, kept in step with the labels, the session and the shown frame. */
import { Scene } from 'three';

import type { ShownPoints } from '../editor/cloud_probe';
import type { Editor } from '../editor/editor';
import { styleOf } from '../editor/line_style';
import type { Face } from '../geometry/box';
import { shownCuboids } from '../editor/visibility';
import type { ResolvedCuboid } from '../geometry/interpolate';
import type { TrackId } from '../model/ids';
import { trackName } from '../model/names';
import type { Box } from '../model/records';
import type { Person } from '../model/scene';
import type { Vec2, Vec3 } from '../model/tuples';
import { ColoredCloud } from './colored_cloud';
import { FaceSupport } from './face_support';
import type { ShownFrame } from './frames';
import type { DrawnPoints } from './retained_points';
import type { Label } from './labels';
import { labelAnchor } from './layers/cuboid_lines';
import { CuboidsLayer, type CuboidLook, type Emphasis } from './layers/cuboids';
import { EgoLayer } from './layers/ego';
import { FrustumLayer } from './layers/frustum';
import { GroundLayer } from './layers/ground';
import { PixelRayLayer } from './layers/pixel_ray';
import { NearPointsLayer } from './layers/near_points';
import { POINTS, SIDE_VIEW_ONLY } from './layers/channels';
import { PointsLayer } from './layers/points';
import { stopAt, type TrackStop, trackStops, TrajectoryLayer } from './layers/trajectory';
import { boxTest } from './near_points';
import type { Pickable } from './picking';
import { windowRegion, type Window } from './side_region';
import type { SideViewName } from './side_view';

/** Side-view points are larger than those of the big view by this, CSS pixels. */
const NEAR_SIZE_PX = 0.8;
/** How much larger than a cuboid the frame of another person around it is. */
const OUTLINE_M = 0.2;

export class Content {
  readonly scene = new Scene();
  readonly #editor: Editor;
  readonly #points = new PointsLayer(POINTS);
  readonly #colored = new ColoredCloud(this.#points);
  readonly #near: Readonly<Record<SideViewName, NearPointsLayer>> = {
    top: new NearPointsLayer(SIDE_VIEW_ONLY.top),
    side: new NearPointsLayer(SIDE_VIEW_ONLY.side),
    rear: new NearPointsLayer(SIDE_VIEW_ONLY.rear),
  };
  readonly #cuboids = new CuboidsLayer();
  readonly #ground = new GroundLayer();
  readonly #ego = new EgoLayer();
  readonly #frustums = new FrustumLayer();
  readonly #trajectory = new TrajectoryLayer();
  #stops: readonly TrackStop[] = [];
  readonly #pixelRay = new PixelRayLayer();
  readonly #support = new FaceSupport();
  #shown: ShownFrame | null = null;
  #labels: readonly Label[] = [];

  constructor(editor: Editor) {
    this.#editor = editor;
    const layers = this.#layers().map((layer) => layer.object);
    this.scene.add(...layers);
  }

  get labels(): readonly Label[] {
    return this.#labels;
  }

  get pointCount(): number {
    return this.#shown?.cloud?.count ?? 0;
  }

  /** The points of the big view. */
  get drawnPoints(): DrawnPoints {
    return this.#points;
  }

  /** The cloud as it is drawn, for images; null while there is none. */
  get shownPoints(): ShownPoints | null {
    const { cloud = null, frameIndex = 0 } = this.#shown ?? {};
    const { colors } = this.#colored;
    return cloud === null
      ? null
      : { frameIndex, count: cloud.count, xyz: cloud.xyz, origin_m: cloud.origin_m, colors };
  }

  get groundZ(): number {
    return this.#shown?.cloud?.ground_z_m ?? 0;
  }

  /** The selected object in the shown frame. */
  get selected(): ResolvedCuboid | null {
    const { selectedTrackId } = this.#editor.session.getState();
    return selectedTrackId === null ? null : (this.#resolve(selectedTrackId) ?? null);
  }

  /** What can be picked: what is drawn. */
  get pickables(): readonly Pickable<TrackId>[] {
    return this.#drawnCuboids().map(({ track, cuboid }) => ({ id: track.id, box: cuboid }));
  }

  /** The faces of the selected cuboid that points hold and no model doubts; null where there are no points to tell. */
  get heldFaces(): readonly Face[] | null {
    const cloud = this.#shown?.cloud ?? null;
    const box = this.selected?.cuboid;
    if (cloud === null || box === undefined) {
      return null;
    }
    const held = this.#support.facesOf(cloud, box, this.#editor.context.lidar_ego);
    const unsure = this.#editor.reviewing.unsureFacesOf(box.track_id);
    return unsure.length === 0 ? held : held.filter((face) => unsure.every((each) => each.face !== face));
  }

  /** The frame whose mark on the selected object's way is drawn near a place on the screen. */
  frameOfStopAt(place: Vec2, project: (point: Vec3) => Vec2 | null, withinPx: number): number | null {
    const shown = this.#shown?.frameIndex ?? -1;
    return stopAt(this.#stops, shown, place, project, withinPx)?.frame_index ?? null;
  }

  colorOf(resolved: ResolvedCuboid): string {
    return this.#editor.category(resolved.track.category).color;
  }

  /** Show another cloud, or the same one in other colours. */
  showFrame(shown: ShownFrame): void {
    this.#shown = shown;
    this.#colorize();
    this.#ground.setHeight(this.groundZ);
    this.#ego.setHeight(this.groundZ);
  }

  /** Take over what changed in labels, selection and display settings. */
  update(): void {
    const { showGrid, colorMode, draft, selectedTrackId, activeCamera, showFrustums } =
      this.#editor.session.getState();
    this.#ground.object.visible = showGrid;
    this.#frustums.show(
      this.#editor.scene.cameras.filter(({ name }) => showFrustums || name === activeCamera),
    );
    if (colorMode === 'category') {
      this.#colorize();
    }
    this.#clip();
    const drawn = this.#drawnCuboids();
    const others = this.#peopleOn(drawn);
    this.#cuboids.set([
      ...drawn.map((resolved) => this.#lookOf(resolved)),
      ...[...others].map(([{ cuboid }, { color }]) => outlineOf(cuboid, color)),
      ...this.#draftLooks(draft),
      ...this.#placingLooks(),
    ]);
    this.#labels = drawn.flatMap((resolved) => this.#labelOf(resolved, others.get(resolved)));
    this.#showTrajectory(selectedTrackId);
    const { pixelRay } = this.#editor.session.getState();
    this.#pixelRay.show(this.#editor.scene, pixelRay, this.#shown?.frameIndex ?? -1);
  }

  /** Gather the points that each side view shows. */
  updateNear(windows: readonly Window[], glued: Box | null): void {
    const cloud = this.#shown?.cloud ?? null;
    const box = this.selected?.cuboid ?? null;
    for (const window of windows) {
      const layer = this.#near[window.name];
      if (cloud === null || box === null || glued === null) {
        layer.clear();
      } else {
        layer.show(cloud, this.#colored.colors, windowRegion(glued, window), box);
      }
    }
  }

  setPixelRatio(pixelRatio: number): void {
    const { pointSize } = this.#editor.session.getState();
    this.#points.setSize(pointSize, pixelRatio);
    for (const layer of Object.values(this.#near)) {
      layer.setSize(pointSize + NEAR_SIZE_PX, pixelRatio);
    }
  }

  dispose(): void {
    for (const layer of this.#layers()) {
      layer.dispose();
    }
  }

  #layers() {
    return [
      this.#points,
      ...Object.values(this.#near),
      this.#cuboids,
      this.#ground,
      this.#ego,
      this.#frustums,
      this.#trajectory,
      this.#pixelRay,
    ];
  }

  #resolve(trackId: TrackId): ResolvedCuboid | undefined {
    return this.#editor.store.resolveTrack(trackId, this.#shown?.frameIndex ?? 0);
  }

  #drawnCuboids(): readonly ResolvedCuboid[] {
    const all = this.#editor.store.resolveFrame(this.#shown?.frameIndex ?? 0);
    return shownCuboids(all, this.#editor.session.getState());
  }

  #colorize(): void {
    const { colorMode, showGround, intensityPercentiles } = this.#editor.session.getState();
    const tinted = colorMode === 'category' ? this.#tinted() : [];
    const options = { mode: colorMode, showGround, intensityPercentiles, tinted };
    this.#colored.show(this.#shown?.cloud ?? null, options);
  }

  #clip(): void {
    const { heightClip, distanceClip } = this.#editor.session.getState();
    const ground = this.groundZ;
    const heights = heightClip && ([heightClip[0] + ground, heightClip[1] + ground] as const);
    for (const layer of [this.#points, ...Object.values(this.#near)]) {
      layer.setClip({ heights, distance: distanceClip });
    }
  }

  #tinted() {
    return this.#drawnCuboids().map((resolved) => ({
      test: boxTest(resolved.cuboid),
      color: this.colorOf(resolved),
    }));
  }

  #lookOf(resolved: ResolvedCuboid): CuboidLook {
    return {
      box: resolved.cuboid,
      color: this.colorOf(resolved),
      style: styleOf(resolved.cuboid, resolved.is_key),
      emphasis: this.#emphasisOf(resolved.track.id),
      held: resolved.track.id === this.#editor.selectedTrackId ? this.heldFaces : null,
    };
  }

  #emphasisOf(trackId: TrackId): Emphasis {
    const { hoveredTrackId } = this.#editor.session.getState();
    if (this.#editor.group.has(trackId)) {
      return 'selected';
    }
    return trackId === hoveredTrackId ? 'hovered' : 'none';
  }

  /** What other people have selected, as far as it is drawn. */
  #peopleOn(drawn: readonly ResolvedCuboid[]): ReadonlyMap<ResolvedCuboid, Person> {
    const { people } = this.#editor.session.getState();
    return new Map(
      people.flatMap((person) => {
        const resolved = drawn.find(({ track }) => track.id === person.selected_track_id);
        return resolved === undefined ? [] : [[resolved, person] as const];
      }),
    );
  }

  #draftLooks(draft: Box | null): CuboidLook[] {
    const { activeCategory } = this.#editor.session.getState();
    const { color } = this.#editor.category(activeCategory);
    return draft === null ? [] : [{ box: draft, color, style: 'solid', emphasis: 'selected' }];
  }

  /** Where clicks were made whose fit is on its way. */
  #placingLooks(): CuboidLook[] {
    const { placings } = this.#editor.session.getState();
    return placings
      .filter(({ frameIndex }) => frameIndex === this.#shown?.frameIndex)
      .map(({ box, category }) => {
        const { color } = this.#editor.category(category);
        return { box, color, style: 'dashed', emphasis: 'selected' };
      });
  }

  #labelOf(resolved: ResolvedCuboid, person: Person | undefined): Label[] {
    const emphasis = this.#emphasisOf(resolved.track.id);
    const anchor_ego = labelAnchor(resolved.cuboid);
    if (emphasis === 'none') {
      return person === undefined
        ? []
        : [{ text: person.name, anchor_ego, color: person.color, emphasis: 'hovered' }];
    }
    const name = trackName(resolved.track);
    const text = person === undefined ? name : `${name} · ${person.name}`;
    return [{ text, anchor_ego, color: this.colorOf(resolved), emphasis }];
  }

  #showTrajectory(selectedTrackId: TrackId | null): void {
    const track = selectedTrackId === null ? undefined : this.#editor.store.get('tracks', selectedTrackId);
    if (track === undefined || !this.#editor.session.getState().showTrajectory) {
      this.#stops = [];
      this.#trajectory.set([], '#ffffff');
      return;
    }
    const { frames } = this.#editor.scene;
    const resolve = (frameIndex: number) => this.#editor.store.resolveTrack(track.id, frameIndex);
    const life = [track.first_frame, track.last_frame] as const;
    this.#stops = trackStops(frames, this.#shown?.frameIndex ?? 0, life, resolve);
    this.#trajectory.set(this.#stops, this.#editor.category(track.category).color);
  }
}

/** Another person's frame around a cuboid, a little outside of it. */
function outlineOf({ ego_from_object, size_lwh_m: [length, width, height] }: Box, color: string): CuboidLook {
  const size_lwh_m = [length + OUTLINE_M, width + OUTLINE_M, height + OUTLINE_M] as const;
  return { box: { ego_from_object, size_lwh_m }, color, style: 'solid', emphasis: 'hovered' };
}
