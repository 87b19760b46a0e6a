/** What this browser's WebGL can do, asked once in a page's life. */

export interface WebGlSupport {
  readonly isAvailable: boolean;
  /** Whether drawing is done on the processor, where antialiasing costs more than it gives. */
  readonly isSoftware: boolean;
}

const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;

let known: WebGlSupport | null = null;
/** The canvas of the probe, whose context is as a renderer wants it. */
let spare: HTMLCanvasElement | null = null;

/** The browser takes a while to answer for the first time, so whoever will need it may ask early. */
export function probeWebGl(): WebGlSupport {
  known ??= probe();
  return known;
}

/** A canvas for a renderer: a context takes long to make, so the one that was asked about is used up first. */
export function newCanvas(): HTMLCanvasElement {
  probeWebGl();
  const canvas = spare ?? document.createElement('canvas');
  spare = null;
  return canvas;
}

/** How a renderer wants its context, as far as canvases do not have it so anyway. */
export function contextAttributes(isSoftware: boolean): WebGLContextAttributes {
  return { antialias: !isSoftware, stencil: false, powerPreference: 'high-performance' };
}

function probe(): WebGlSupport {
  const canvas = document.createElement('canvas');
  const gl = canvas.getContext('webgl2', contextAttributes(true));
  if (gl === null) {
    return { isAvailable: false, isSoftware: false };
  }
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const name: unknown = info === null ? '' : gl.getParameter(info.UNMASKED_RENDERER_WEBGL);
  const isSoftware = SOFTWARE.test(String(name));
  if (isSoftware) {
    spare = canvas;
  } else {
    // Browsers allow few contexts at a time; this one has told what it was made for.
    gl.getExtension('WEBGL_lose_context')?.loseContext();
  }
  return { isAvailable: true, isSoftware };
}
