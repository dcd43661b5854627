import { z } from 'zod';

/** V8's CPU profiler of one Worker: it sees no other Worker of the process, neither D1's simulator nor R2's. */
export type Profiler = {
  readonly start: () => Promise<void>;
  /** When the Worker was seen computing since the start, in microseconds of `nowUs`. */
  readonly stop: () => Promise<readonly number[]>;
  readonly close: () => void;
};

/**
 * How long the profiler waits from one look to the next. It comes later than that on a busy machine. Measured beside
 * 20 ms that were known: pieces of 0.1 to 2 ms between queries of D1 or requests to others were told to within a tenth,
 * those between timers of 1 ms a third too low, because such timers and the profiler's wake together. None of the calls
 * that are measured waits by a timer.
 */
const INTERVAL_US = 250;

const reply = z.object({
  id: z.number().optional(),
  result: z.unknown().optional(),
  error: z.object({ message: z.string() }).optional(),
});
const stopped = z.object({
  profile: z.object({ startTime: z.number(), timeDeltas: z.array(z.number()) }),
});

/** The clock of the profiler: the machine's, which never goes back. */
export function nowUs(): number {
  return Number(process.hrtime.bigint() / 1_000n);
}

export async function profilerAt(inspector: URL): Promise<Profiler> {
  const socket = new WebSocket(inspector);
  await opened(socket);
  const send = sender(socket);
  await send('Profiler.enable');
  await send('Profiler.setSamplingInterval', { interval: INTERVAL_US });
  return {
    start: async () => void (await send('Profiler.start')),
    stop: async () => timesOf(await send('Profiler.stop')),
    close: () => socket.close(),
  };
}

/**
 * `{profile: {startTime: 23541292598, timeDeltas: [1204, 263, 41810, ...], samples: [2, 9, 9, ...], nodes: [...]}}`.
 * A look at a thread that waits, or that runs another Worker, leaves no sample, so a long delta is not time that was
 * computed. What V8 calls `(idle)` and `(program)` was computed too: by workerd for this Worker, in no function of
 * JavaScript that has a name.
 */
function timesOf(answer: unknown): readonly number[] {
  const { startTime, timeDeltas } = stopped.parse(answer).profile;
  let at = startTime;
  return timeDeltas.map((delta) => {
    at += delta;
    return at;
  });
}

function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true });
    socket.addEventListener('error', () => reject(new Error('the inspector was not reached')), {
      once: true,
    });
  });
}

/** Sends a command; answers its result. Throws where the inspector refuses it, or ends. */
function sender(socket: WebSocket): (method: string, params?: unknown) => Promise<unknown> {
  type Waiting = { readonly resolve: (result: unknown) => void; readonly reject: (error: Error) => void };
  const waiting = new Map<number, Waiting>();
  let last = 0;
  socket.addEventListener('message', ({ data }) => {
    const { id, result, error } = reply.parse(JSON.parse(String(data)));
    const asked = id === undefined ? undefined : waiting.get(id);
    if (error === undefined) asked?.resolve(result);
    else asked?.reject(new Error(`the inspector answers: ${error.message}`));
  });
  socket.addEventListener('close', () => {
    for (const { reject } of waiting.values()) reject(new Error('the inspector ended'));
  });
  return (method, params = {}) => {
    last += 1;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    waiting.set(last, { resolve, reject });
    socket.send(JSON.stringify({ id: last, method, params }));
    return promise;
  };
}
