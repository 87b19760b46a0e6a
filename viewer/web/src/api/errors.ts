/** What can go wrong between the browser and the server, as one line a person can act on. */

export interface ErrorBody {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly details?: Readonly<Record<string, unknown>> | null | undefined;
  };
}

/** The server refused, or could not be reached (`code` is then `offline`). */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: string;
  readonly status: number;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, status = 0, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.details = details;
  }

  get isOffline(): boolean {
    return this.code === 'offline';
  }

  /** The server answered and said no; anything else is worth another attempt. */
  get isRefusal(): boolean {
    return this.status >= 400 && this.status < 500 && ![408, 425, 429].includes(this.status);
  }
}

export function isErrorBody(body: unknown): body is ErrorBody {
  if (typeof body !== 'object' || body === null || !('error' in body)) {
    return false;
  }
  const { error } = body;
  return (
    typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    typeof error.code === 'string' &&
    'message' in error &&
    typeof error.message === 'string'
  );
}

/** The error of a response whose body may be anything, a proxy's HTML page included. */
export function errorOfResponse(status: number, statusText: string, body: unknown): ApiError {
  if (isErrorBody(body)) {
    const { code, message, details } = body.error;
    return new ApiError(code, firstLine(message), status, details ?? {});
  }
  // A gateway answers for a server that is down.
  const code = status === 502 || status === 503 || status === 504 ? 'offline' : `http_${status}`;
  return new ApiError(code, `${status} ${statusText}`.trim(), status);
}

/** Browsers tell a page nothing about why a request failed ("Failed to fetch"), so neither does this. */
export const OFFLINE_MESSAGE = 'The server cannot be reached';

export function offlineError(): ApiError {
  return new ApiError('offline', OFFLINE_MESSAGE);
}

/** One line for the screen, whatever was thrown; never a stack trace. */
export function messageOf(error: unknown): string {
  if (error instanceof Error) {
    return firstLine(error.message) || error.name;
  }
  return typeof error === 'string' ? firstLine(error) : 'Unknown error';
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]?.trim() ?? '';
}
