/** One fetch: JSON in, JSON out, every failure an `ApiError`. */
import { ApiError, errorOfResponse, offlineError } from './errors';

export interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly query?: Readonly<Record<string, string | number | null | undefined>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/** The answer's JSON is trusted to be what the OpenAPI document says; `schema_check.test.ts` compares the types. */
export async function request<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const response = await send(path, options);
  if (response.ok && response.status === 204) {
    return undefined as T;
  }
  const body = await readJson(response);
  if (!response.ok) {
    throw errorOfResponse(response.status, response.statusText, body);
  }
  if (body === undefined) {
    throw new ApiError('no_json', `${path} answered with something that is not JSON`, response.status);
  }
  return body as T;
}

export function withQuery(path: string, query: RequestOptions['query']): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== null && value !== undefined) {
      parameters.set(name, String(value));
    }
  }
  const text = parameters.toString();
  return text === '' ? path : `${path}${path.includes('?') ? '&' : '?'}${text}`;
}

async function send(path: string, options: RequestOptions): Promise<Response> {
  const { method = 'GET', query, body, signal } = options;
  const headers = new Headers({ Accept: 'application/json' });
  const init: RequestInit = { method, headers };
  if (body !== undefined) {
    headers.set('Content-Type', 'application/json');
    init.body = JSON.stringify(body);
  }
  if (signal !== undefined) {
    init.signal = signal;
  }
  try {
    return await fetch(withQuery(path, query), init);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') {
      throw error;
    }
    throw offlineError();
  }
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return (await response.json()) as unknown;
  } catch {
    // The body is no JSON; the caller says so with the status at hand.
    return undefined;
  }
}
