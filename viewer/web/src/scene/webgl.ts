/** What this browser's WebGL can do, asked once in a page's life on a throwaway context. */

export interface WebGlSupport {
  readonly isAvailable: boolean;
  /** Whether drawing is done on the processor, where antialiasing costs more than it gives. */
  readonly isSoftware: boolean;
}

const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;

let known: WebGlSupport | null = null;

/** The browser takes a while to answer for the first time, so whoever will need it may ask early. */
export function probeWebGl(): WebGlSupport {
  known ??= probe();
  return known;
}

function probe(): WebGlSupport {
  const canvas = document.createElement('canvas');
  const gl = canvas.getContext('webgl2');
  if (gl === null) {
    return { isAvailable: false, isSoftware: false };
  }
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const name: unknown = info === null ? '' : gl.getParameter(info.UNMASKED_RENDERER_WEBGL);
  // Browsers allow few contexts at a time; this one has told what it was made for.
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  return { isAvailable: true, isSoftware: SOFTWARE.test(String(name)) };
}
