import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { backoffMs } from './backoff';
import { Socket } from './socket';

class FakeWire {
  static readonly made: FakeWire[] = [];
  readonly sent: Record<string, unknown>[] = [];
  readyState: number = WebSocket.CONNECTING;
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;

  constructor() {
    FakeWire.made.push(this);
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }

  close(): void {
    this.readyState = WebSocket.CLOSED;
    this.onclose?.();
  }

  opened(): void {
    this.readyState = WebSocket.OPEN;
    this.onopen?.();
  }

  hears(message: unknown): void {
    this.onmessage?.({ data: typeof message === 'string' ? message : JSON.stringify(message) });
  }
}

function makeSocket(): Socket {
  const socket = new Socket('ws://test/api/ws', {
    connect: () => new FakeWire() as unknown as WebSocket,
    random: () => 1,
  });
  socket.start();
  return socket;
}

function last(): FakeWire {
  const wire = FakeWire.made.at(-1);
  if (wire === undefined) {
    throw new Error('nothing connected yet');
  }
  return wire;
}

beforeEach(() => {
  vi.useFakeTimers();
  FakeWire.made.length = 0;
});

afterEach(() => {
  vi.useRealTimers();
});

describe('Socket', () => {
  it('hands messages to those who listen and ignores what it cannot read', () => {
    const socket = makeSocket();
    const heard = vi.fn();
    const stop = socket.on('job', heard);
    last().opened();
    last().hears('not json');
    last().hears({ type: 'from-the-future' });
    last().hears({ type: 'job', job: { id: 'j1' } });
    expect(heard).toHaveBeenCalledExactlyOnceWith({ type: 'job', job: { id: 'j1' } });
    stop();
    last().hears({ type: 'job', job: { id: 'j2' } });
    expect(heard).toHaveBeenCalledTimes(1);
    socket.dispose();
  });

  it('comes back and says again what it watches', () => {
    const socket = makeSocket();
    const opened = vi.fn();
    socket.on('open', opened);
    socket.watch('scene-1');
    last().opened();
    socket.announce({ frame_index: 3, selected_track_id: null });
    last().close();
    expect(socket.isOpen).toBe(false);
    vi.advanceTimersByTime(499);
    expect(FakeWire.made).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(FakeWire.made).toHaveLength(2);
    last().opened();
    expect(opened).toHaveBeenCalledTimes(2);
    expect(last().sent).toEqual([
      { type: 'watch', scene_id: 'scene-1' },
      { type: 'presence', frame_index: 3, selected_track_id: null },
    ]);
    socket.dispose();
  });

  it('sends the newest place, four times a second at most', () => {
    const socket = makeSocket();
    last().opened();
    for (let frame = 0; frame < 20; frame += 1) {
      socket.announce({ frame_index: frame, selected_track_id: null });
    }
    vi.advanceTimersByTime(250);
    expect(last().sent.map((message) => message['frame_index'])).toEqual([0, 19]);
    socket.dispose();
  });

  it('takes a silent line for a dead one', () => {
    const socket = makeSocket();
    last().opened();
    vi.advanceTimersByTime(61_000);
    expect(FakeWire.made.length).toBeGreaterThan(1);
    socket.dispose();
  });

  it('stays away after dispose', () => {
    const socket = makeSocket();
    last().opened();
    socket.dispose();
    vi.advanceTimersByTime(120_000);
    expect(FakeWire.made).toHaveLength(1);
  });
});

describe('backoffMs', () => {
  it('doubles up to a ceiling', () => {
    const waits = [0, 1, 2, 10, 99].map((attempt) => backoffMs(attempt, () => 1));
    expect(waits).toEqual([500, 1000, 2000, 15_000, 15_000]);
    expect(backoffMs(0, () => 0)).toBe(250);
  });
});
