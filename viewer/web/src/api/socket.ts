/** One WebSocket for the whole app: revisions, presence and job progress as typed events; comes back by itself. */
import type { LabelChange } from '../model/records';
import type { Job, Person } from '../model/scene';
import { backoffMs } from './backoff';

export interface SocketEvents {
  readonly open: Record<string, never>;
  readonly closed: Record<string, never>;
  readonly hello: { readonly client_id: string; readonly name: string };
  readonly revision: { readonly scene_id: string; readonly revision: number; readonly change: LabelChange };
  readonly presence: { readonly scene_id: string; readonly people: readonly Person[] };
  readonly job: { readonly job: Job };
}

export type SocketEventName = keyof SocketEvents;
type Listener<K extends SocketEventName> = (event: SocketEvents[K]) => void;
type ListenerSets = { readonly [K in SocketEventName]: Set<Listener<K>> };

export interface Presence {
  readonly frame_index: number;
  readonly selected_track_id: string | null;
}

const PING_EVERY_MS = 20_000;
const SILENCE_LIMIT_MS = 45_000;
const PRESENCE_EVERY_MS = 250;

export interface SocketOptions {
  readonly connect?: (url: string) => WebSocket;
  readonly random?: () => number;
}

export class Socket {
  private readonly url: string;
  private readonly options: SocketOptions;
  private readonly listeners: ListenerSets = {
    open: new Set(),
    closed: new Set(),
    hello: new Set(),
    revision: new Set(),
    presence: new Set(),
    job: new Set(),
  };
  private wire: WebSocket | null = null;
  private attempt = 0;
  private retryTimer: ReturnType<typeof setTimeout> | null = null;
  private pingTimer: ReturnType<typeof setInterval> | null = null;
  private presenceTimer: ReturnType<typeof setTimeout> | null = null;
  private lastHeardMs = 0;
  private watched: string | null = null;
  private presence: Presence | null = null;
  private isDisposed = false;
  private isPending = false;
  private ownId: string | null = null;

  constructor(url: string, options: SocketOptions = {}) {
    this.url = url;
    this.options = options;
  }

  /** Starts, or starts again after `dispose`. */
  start(): void {
    this.isDisposed = false;
    if (this.wire === null && this.retryTimer === null) {
      this.connect();
    }
  }

  get isOpen(): boolean {
    return this.wire?.readyState === WebSocket.OPEN;
  }

  /** What the server calls this browser; null before its first hello. */
  get clientId(): string | null {
    return this.ownId;
  }

  on<K extends SocketEventName>(name: K, listener: Listener<K>): () => void {
    const set: Set<Listener<K>> = this.listeners[name];
    set.add(listener);
    return () => set.delete(listener);
  }

  /** Hear of one scene's changes and people; null for none. Kept over reconnects. */
  watch(sceneId: string | null): void {
    this.watched = sceneId;
    this.presence = null;
    this.send({ type: 'watch', scene_id: sceneId });
  }

  /** Tell others where this person works; sent at most four times a second. */
  announce(presence: Presence): void {
    this.presence = presence;
    this.isPending = true;
    if (this.presenceTimer === null) {
      this.flushPresence();
    }
  }

  dispose(): void {
    this.isDisposed = true;
    this.clearTimers();
    this.wire?.close();
    this.wire = null;
  }

  private connect(): void {
    const wire = this.options.connect?.(this.url) ?? new WebSocket(this.url);
    this.wire = wire;
    wire.onopen = () => {
      this.attempt = 0;
      this.lastHeardMs = Date.now();
      this.pingTimer = setInterval(() => this.checkPulse(), PING_EVERY_MS);
      if (this.watched !== null) {
        this.send({ type: 'watch', scene_id: this.watched });
      }
      if (this.presence !== null) {
        this.send({ type: 'presence', ...this.presence });
      }
      this.emit('open', {});
    };
    wire.onmessage = (event: MessageEvent<unknown>) => this.receive(event.data);
    wire.onclose = () => this.lost(wire);
  }

  private lost(wire: WebSocket): void {
    if (wire !== this.wire) {
      return;
    }
    this.wire = null;
    this.clearTimers();
    this.emit('closed', {});
    if (!this.isDisposed) {
      const waitMs = backoffMs(this.attempt, this.options.random);
      this.attempt += 1;
      this.retryTimer = setTimeout(() => {
        this.retryTimer = null;
        this.connect();
      }, waitMs);
    }
  }

  private receive(data: unknown): void {
    this.lastHeardMs = Date.now();
    const message = parse(data);
    if (message === null) {
      return;
    }
    switch (message.type) {
      case 'hello':
        this.ownId = (message as unknown as SocketEvents['hello']).client_id;
        this.emit('hello', message as never);
        break;
      case 'revision':
      case 'presence':
      case 'job':
        this.emit(message.type, message as never);
        break;
      default:
        // `pong`, and what newer servers may say.
        break;
    }
  }

  private emit<K extends SocketEventName>(name: K, event: SocketEvents[K]): void {
    const set: Set<Listener<K>> = this.listeners[name];
    for (const listener of [...set]) {
      listener(event);
    }
  }

  private flushPresence(): void {
    if (this.isPending && this.presence !== null) {
      this.isPending = false;
      this.send({ type: 'presence', ...this.presence });
      this.presenceTimer = setTimeout(() => {
        this.presenceTimer = null;
        this.flushPresence();
      }, PRESENCE_EVERY_MS);
    }
  }

  /** A line that is cut without a word stays "open" for minutes; silence says it is gone. */
  private checkPulse(): void {
    const wire = this.wire;
    if (wire !== null && Date.now() - this.lastHeardMs > SILENCE_LIMIT_MS) {
      wire.close();
      this.lost(wire);
    } else {
      this.send({ type: 'ping' });
    }
  }

  private send(message: Readonly<Record<string, unknown>>): void {
    if (this.isOpen) {
      this.wire?.send(JSON.stringify(message));
    }
  }

  private clearTimers(): void {
    clearTimeout(this.retryTimer ?? undefined);
    clearTimeout(this.presenceTimer ?? undefined);
    clearInterval(this.pingTimer ?? undefined);
    this.retryTimer = this.presenceTimer = this.pingTimer = null;
  }
}

/** Where the server of this page listens. */
export function socketUrl(location: Location): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/ws`;
}

function parse(data: unknown): { readonly type: string } | null {
  if (typeof data !== 'string') {
    return null;
  }
  try {
    const message: unknown = JSON.parse(data);
    return typeof message === 'object' &&
      message !== null &&
      'type' in message &&
      typeof message.type === 'string'
      ? { ...message, type: message.type }
      : null;
  } catch {
    // A text that is no JSON says nothing; the next message may.
    return null;
  }
}
