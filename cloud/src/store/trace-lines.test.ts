import { env } from 'cloudflare:test';
import { beforeEach, describe, expect, it } from 'vitest';
import { forgetRawEvents, insertRaw } from '../../test/support/raw-rows.ts';
import { newUser } from '../../test/support/stack.ts';
import { sqliteTime } from '../clock.ts';
import { asRawEventId } from '../ids.ts';
import { TRACE_RANK } from './event-lines.ts';
import { readTraceLines, type TraceFilter } from './trace-lines.ts';

const at = (minute: number) => sqliteTime(Date.UTC(2026, 2, 1, 12, minute));

type Line = Readonly<Record<string, string | number | null>>;

/** A trace of each, its message its place in the list. */
async function trace(...lines: readonly Line[]): Promise<void> {
  await env.DB.batch(
    lines.map((line, place) => {
      const row = { ts: at(place), level: 'info', event: 'tested', message: String(place), ...line };
      return env.DB.prepare(
        `insert into trace_events(${Object.keys(row).join()}) values (${Object.keys(row).map(() => '?')})`,
      ).bind(...Object.values(row));
    }),
  );
}

/** What is found, oldest first: the messages of traces, and what events tell by their names. */
async function found(filter: Partial<TraceFilter>): Promise<(string | null)[]> {
  const lines = await readTraceLines(env.DB, { order: 'oldest', limit: 100, ...filter });
  return lines.map(({ event, message }) => (event === 'tested' ? message : event));
}

beforeEach(async () => {
  await env.DB.prepare('delete from trace_events').run();
  await forgetRawEvents();
});

describe('everybody’s lines', () => {
  it('are of the level that is asked for, from a moment on', async () => {
    await trace({}, { level: 'warn' }, { level: 'error' }, {}, { level: 'warn' });
    expect(await found({})).toEqual(['0', '1', '2', '3', '4']);
    expect(await found({ level: 'info' })).toEqual(['0', '3']);
    expect(await found({ level: 'warn' })).toEqual(['1', '4']);
    expect(await found({ level: 'error' })).toEqual(['2']);
    expect(await found({ since: at(2) })).toEqual(['2', '3', '4']);
    expect(await found({ level: 'warn', since: at(2) })).toEqual(['4']);
  });

  it('come page by page in both orders, each once, those of one instant too', async () => {
    await trace({}, { ts: at(1) }, { ts: at(1) }, {});
    for (const order of ['oldest', 'newest'] as const) {
      const all = await readTraceLines(env.DB, { order, limit: 100 });
      const last = all[1];
      if (last === undefined) throw new Error('four lines were written');
      const after = [last.ts, TRACE_RANK, last.id] as const;
      expect(await readTraceLines(env.DB, { order, limit: 100, after })).toEqual(all.slice(2));
      expect(await readTraceLines(env.DB, { order, limit: 2 })).toEqual(all.slice(0, 2));
    }
  });
});

describe('the lines of a request', () => {
  it('are those traced under its id, and those of its events', async () => {
    const [event = 0, other = 0] = await insertRaw({ received_at: at(30) }, {});
    await trace(
      { request_id: 'request-a' },
      { request_id: 'request-b' },
      { raw_event_id: event },
      { raw_event_id: other },
      { request_id: 'request-a', raw_event_id: event },
      {},
    );
    const request = { id: 'request-a', events: [asRawEventId(event)] };
    expect(await found({ request })).toEqual(['0', '2', '4', 'webhook_received']);
    expect(await found({ request: { id: 'request-a', events: [] } })).toEqual(['0', '4']);
    expect(await found({ request: { id: 'request-b', events: [] } })).toEqual(['1']);
    expect(await found({ request, level: 'warn' })).toEqual([]);
  });
});

describe('the lines of a person', () => {
  it('are theirs alone, and so is what their events tell', async () => {
    const [user, other] = [newUser(), newUser()];
    await insertRaw({ user_id: user, received_at: at(30) }, { user_id: other }, {});
    await trace({ user_id: user }, { user_id: other }, {}, { user_id: user, level: 'warn' });
    expect(await found({ user_id: user })).toEqual(['0', '3', 'webhook_received']);
    expect(await found({ user_id: user, level: 'info' })).toEqual(['0', 'webhook_received']);
    expect(await found({ user_id: user, level: 'warn' })).toEqual(['3']);
  });

  it('and those of one event only while it is theirs', async () => {
    const [user, other] = [newUser(), newUser()];
    const [own = 0, foreign = 0] = await insertRaw({ user_id: user }, { user_id: other });
    await trace(
      { user_id: user, raw_event_id: own },
      { user_id: user, raw_event_id: foreign },
      { user_id: other, raw_event_id: own },
    );
    expect((await found({ user_id: user, raw_event_id: own })).toSorted()).toEqual(['0', 'webhook_received']);
    expect(await found({ user_id: user, raw_event_id: foreign })).toEqual(['1']);
    expect((await found({ raw_event_id: own })).toSorted()).toEqual(['0', '2', 'webhook_received']);
  });
});
