// The least that shows points with three.js: raw float32 x, y, z, intensity; one colour; no anti-aliasing; no picking.
import * as THREE from 'three';

const canvas = document.getElementById('canvas');
const size = new URLSearchParams(location.search);
const renderer = new THREE.WebGLRenderer({ canvas, antialias: false });
renderer.setSize(Number(size.get('width')), Number(size.get('height')));
const camera = new THREE.PerspectiveCamera(50, canvas.width / canvas.height, 0.1, 1000);
camera.up.set(0, 0, 1);
camera.position.set(-30, 0, 20);
camera.lookAt(10, 0, 0);
const scene = new THREE.Scene();
const points = new THREE.Points(
  new THREE.BufferGeometry(),
  new THREE.PointsMaterial({ size: 2, sizeAttenuation: false, color: 0x9fd0ff }),
);
points.frustumCulled = false;
scene.add(points);

const fetched = new Map();

async function fetchFrame(frameIndex) {
  const answer = await fetch(`/frames/${frameIndex}`);
  return answer.arrayBuffer();
}

function draw(bytes) {
  const buffer = new THREE.InterleavedBuffer(new Float32Array(bytes), 4);
  const geometry = new THREE.BufferGeometry();
  geometry.setAttribute('position', new THREE.InterleavedBufferAttribute(buffer, 3, 0));
  points.geometry.dispose();
  points.geometry = geometry;
  renderer.render(scene, camera);
}

window.bare = {
  shown: -1,
  drawings: 0,
  /** The bytes of a frame into memory, for a switch without the network. */
  async prefetch(frameIndex) {
    fetched.set(frameIndex, await fetchFrame(frameIndex));
  },
  async show(frameIndex) {
    const bytes = fetched.get(frameIndex) ?? (await fetchFrame(frameIndex));
    fetched.delete(frameIndex);
    await new Promise((resolve) => requestAnimationFrame(resolve));
    draw(bytes);
    this.shown = frameIndex;
    this.drawings += 1;
  },
  /** Turn around the points; milliseconds of each drawing, until it is done. */
  orbit(steps) {
    const gl = renderer.getContext();
    return Array.from({ length: steps }, (_, step) => {
      const start = performance.now();
      camera.position.set(10 - 40 * Math.cos(0.02 * step), 40 * Math.sin(0.02 * step), 20);
      camera.lookAt(10, 0, 0);
      renderer.render(scene, camera);
      gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
      return performance.now() - start;
    });
  },
};

await window.bare.show(0);
