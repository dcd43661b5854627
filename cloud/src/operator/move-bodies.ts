import { gzip } from '../body/gzip.ts';
import { GZIP_SUFFIX } from '../body/stored-body.ts';
import { isoTime, type UnixMs, unixMsOf } from '../clock.ts';
import { sha256Hex } from '../digest.ts';
import { throwTogether } from '../errors.ts';
import type { RawEventId, UserId } from '../ids.ts';
import {
  BODIES_LOOKED_AT,
  BODY_LOOKS_A_RUN,
  DAY_MS,
  PACK_BYTES,
  PACK_EVENTS,
  PACKS_A_RUN,
  SAMPLE_LOOKS_A_RUN,
  SAMPLES_MARGIN_MS,
} from '../limits.ts';
import { log } from '../log.ts';
import { numberSetting } from '../settings.ts';
import { isLostRace } from '../store/guard.ts';
import {
  type PackedBody,
  packKey,
  readBodies,
  readOldBodies,
  type SeenBody,
  type StoredBody,
  writeMovedBody,
  writePack,
} from '../store/packed-bodies.ts';
import { runAll } from '../store/statements.ts';
import { readSweep, storeSweepStatement } from '../store/sweeps.ts';
import { thinSamples } from './thin-samples.ts';

/** Its name among the sweeps; the cursor is after which event the next run goes on, `''` while none is under way. */
const MOVE = 'bodies';

/** Bodies of one person that become one object. */
type Load = {
  readonly userId: UserId;
  readonly isPack: boolean;
  readonly ids: readonly RawEventId[];
  /** When the first of them was received. */
  readonly fromMs: UnixMs;
};

/**
 * Moves the bodies of processed events to R2 once they are old. The night starts it, every five minutes it goes on
 * while something is left, a bounded number of objects each time. The object is put first, then one transaction points
 * the events to it: a crash between the two leaves an object that no row names, for the sweep of orphans. One person's
 * failure stops nobody else. With the bodies go the samples in `raw` of what they told. Answers how many bodies were moved.
 */
export async function moveOldBodies(
  env: Env,
  nowMs: UnixMs,
  what: 'start' | 'go_on',
  packsMax: number = PACKS_A_RUN,
  looksMax: number = SAMPLE_LOOKS_A_RUN,
): Promise<number> {
  const stored = await readSweep(env.DB, MOVE);
  if (stored === '' && what === 'go_on') return 0;
  const run = {
    env,
    nowMs,
    failures: [] as unknown[],
    packsLeft: packsMax,
    looksLeft: looksMax,
    moved: 0,
  };
  let after: number | null = Number(stored);
  for (
    let look = 0;
    look < BODY_LOOKS_A_RUN && after !== null && run.packsLeft > 0 && run.looksLeft > 0;
    look += 1
  ) {
    const next = await moveNext(run, after);
    if (next === after) break;
    after = next;
  }
  const cursor = after === null ? '' : String(after);
  if (cursor !== stored) await runAll(env.DB, [storeSweepStatement(MOVE, cursor, null, isoTime(nowMs))]);
  log('info', 'bodies_moved', { moved: run.moved, is_done: after === null });
  throwTogether(run.failures);
  return run.moved;
}

type Run = {
  readonly env: Env;
  readonly nowMs: UnixMs;
  readonly failures: unknown[];
  packsLeft: number;
  /** Pages of sessions and activities that may still be looked at; the one person under way is finished. */
  looksLeft: number;
  moved: number;
};

/**
 * One look at the next bodies. Answers after which event the next look begins, null where all that is old was seen; the
 * same where some of these are left, which are found again: what was moved is not. What stays, since its event waits or
 * is nobody's or its body is not what was received, hides nothing behind it.
 */
async function moveNext(run: Run, after: number): Promise<number | null> {
  const { env, nowMs } = run;
  const keptFromMs = nowMs - numberSetting(env, 'PAYLOAD_RETENTION_DAYS') * DAY_MS;
  const seen = await readOldBodies(env.DB, after, keptFromMs);
  const loads = loadsOf(seen.filter(({ is_old }) => is_old === 1));
  const movedBefore = run.moved;
  let taken = 0;
  for (const load of loads) {
    if (run.packsLeft <= 0 || run.looksLeft <= 0) break;
    taken += 1;
    run.packsLeft -= 1;
    try {
      run.moved += await moveLoad(env, load);
      if (load.isPack)
        run.looksLeft -= await thinSamples(env.DB, load.userId, load.fromMs - SAMPLES_MARGIN_MS, keptFromMs);
    } catch (error) {
      run.failures.push(error);
    }
  }
  if (taken < loads.length && run.moved > movedBefore) return after;
  const last = seen.at(-1);
  return last?.is_old !== 1 || seen.length < BODIES_LOOKED_AT ? null : last.id;
}

function loadsOf(bodies: readonly SeenBody[]): readonly Load[] {
  const movable = bodies.flatMap(({ user_id, is_movable, ...body }) =>
    user_id === null || is_movable !== 1 ? [] : [{ ...body, userId: user_id }],
  );
  const alone = movable.filter(({ is_packable }) => is_packable !== 1);
  const together = Map.groupBy(
    movable.filter(({ is_packable }) => is_packable === 1),
    ({ userId }) => userId,
  );
  return [
    ...[...together].flatMap(([userId, ofPerson]) =>
      inPacks(ofPerson).map((bodies) => loadOf(userId, true, bodies)),
    ),
    ...alone.map(({ userId, ...body }) => loadOf(userId, false, [body])),
  ];
}

/** Cut so that a pack is held in memory. */
function inPacks<Body extends MovableBody>(bodies: readonly Body[]): readonly (readonly Body[])[] {
  const packs: Body[][] = [];
  let filled = Number.POSITIVE_INFINITY;
  for (const body of bodies) {
    const last = packs.at(-1);
    filled += body.bytes;
    if (last !== undefined && filled <= PACK_BYTES && last.length < PACK_EVENTS) last.push(body);
    else {
      packs.push([body]);
      filled = body.bytes;
    }
  }
  return packs;
}

type MovableBody = Pick<SeenBody, 'id' | 'bytes' | 'received_at'>;

function loadOf(userId: UserId, isPack: boolean, bodies: readonly MovableBody[]): Load {
  return {
    userId,
    isPack,
    ids: bodies.map(({ id }) => id),
    fromMs: Math.min(...bodies.map(({ received_at }) => unixMsOf(received_at))),
  };
}

async function moveLoad(env: Env, { userId, isPack, ids }: Load): Promise<number> {
  const bodies = (await readBodies(env.DB, ids)).filter(isAsReceived);
  const [only] = bodies;
  if (only === undefined) return 0;
  if (isPack) return movePack(env, userId, bodies);
  const key = `raw-events/${crypto.randomUUID()}.json${GZIP_SUFFIX}`;
  await env.RAW_PAYLOADS.put(key, await gzip(new TextEncoder().encode(only.payload)));
  return pointed(env, key, 1, writeMovedBody(env.DB, userId, only.id, key));
}

async function movePack(env: Env, userId: UserId, bodies: readonly StoredBody[]): Promise<number> {
  const parts: Uint8Array[] = [];
  const packed: PackedBody[] = [];
  let start = 0;
  for (const { id, payload } of bodies) {
    const part = await gzip(new TextEncoder().encode(payload));
    parts.push(part);
    packed.push({ raw_event_id: id, start, bytes: part.byteLength });
    start += part.byteLength;
  }
  const packId = newPackId();
  const key = packKey(userId, packId);
  await env.RAW_PAYLOADS.put(key, await new Blob(parts).arrayBuffer());
  return pointed(env, key, packed.length, writePack(env.DB, userId, packId, packed));
}

/**
 * Nothing leads to the object where an event changed meanwhile, or its person was erased: it goes at once. After any
 * other failure the rows may name it all the same, so it stays, and the sweep of orphans judges.
 */
async function pointed(env: Env, key: string, moved: number, writing: Promise<void>): Promise<number> {
  try {
    await writing;
    return moved;
  } catch (error) {
    if (!isLostRace(error)) throw error;
    await env.RAW_PAYLOADS.delete(key);
    return 0;
  }
}

/** A body that gives other bytes back than came in stays where somebody can look at it. */
function isAsReceived({ id, payload, dedup_key }: StoredBody): boolean {
  if (sha256Hex(payload) === dedup_key) return true;
  log('warn', 'body_not_moved', { raw_event_id: id });
  return false;
}

/** Of 47 bits, so that a database that was restored to an earlier time does not give one twice. */
function newPackId(): number {
  const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));
  return (high % 2 ** 15) * 2 ** 32 + low;
}
