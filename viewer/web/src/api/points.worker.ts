/** Fetches and decodes clouds off the main thread; the browser itself undoes zstd or brotli. */
import type { Cloud, MergedFrom } from './cloud';
import { columnsOf } from './cloud';
import { PointsFormatError } from './points_wire';
import { SliceReader } from './slice_reader';

export type PointsRequest =
  { readonly kind: 'load'; readonly id: number; readonly url: string } | CancelRequest;

interface CancelRequest {
  readonly kind: 'cancel';
  readonly id: number;
}

export type PointsReply =
  | { readonly id: number; readonly slice: Cloud }
  | { readonly id: number; readonly isDone: true }
  | { readonly id: number; readonly error: string };

const running = new Map<number, AbortController>();

self.addEventListener('message', (event: MessageEvent<PointsRequest>) => {
  const request = event.data;
  if (request.kind === 'cancel') {
    running.get(request.id)?.abort();
    running.delete(request.id);
    return;
  }
  void answer(request.id, request.url);
});

async function answer(id: number, url: string): Promise<void> {
  const controller = new AbortController();
  running.set(id, controller);
  try {
    for await (const slice of fetchSlices(url, controller.signal)) {
      reply({ id, slice }, buffersOf(slice));
    }
    reply({ id, isDone: true }, []);
  } catch (error) {
    if (!controller.signal.aborted) {
      reply({ id, error: sentence(error) }, []);
    }
  } finally {
    running.delete(id);
  }
}

async function* fetchSlices(url: string, signal: AbortSignal): AsyncGenerator<Cloud> {
  const response = await fetch(url, { signal });
  if (!response.ok) {
    throw new PointsFormatError(errorMessage(await response.text()) ?? `points: HTTP ${response.status}`);
  }
  const bytes = response.body?.getReader();
  const reader = new SliceReader();
  const merged = mergedFrom(response.headers.get('truebox-merged'));
  for (let next = await bytes?.read(); next?.done === false; next = await bytes?.read()) {
    yield* reader.push(next.value).map((slice) => ({ ...slice, merged }));
  }
  reader.finish();
}

/** The server's own words, in its own version. */
function mergedFrom(header: string | null): MergedFrom | null {
  return header === null ? null : (JSON.parse(header) as MergedFrom);
}

/** The one line of the server's error shape, or null where the answer is something else. */
function errorMessage(text: string): string | null {
  try {
    const body = JSON.parse(text) as { readonly error?: { readonly message?: unknown } } | null;
    const message = body?.error?.message;
    return typeof message === 'string' ? message : null;
  } catch (error) {
    if (error instanceof SyntaxError) {
      return null;
    }
    throw error;
  }
}

function sentence(error: unknown): string {
  if (error instanceof PointsFormatError) {
    return error.message;
  }
  return error instanceof TypeError ? 'points: the server cannot be reached' : String(error);
}

function buffersOf(cloud: Cloud): ArrayBuffer[] {
  return columnsOf(cloud).map((column) => column.buffer);
}

function reply(message: PointsReply, transfer: ArrayBuffer[]): void {
  postMessage(message, { transfer });
}
