import { env } from 'cloudflare:test';
import { beforeEach, describe, expect, it } from 'vitest';
import errors from '../../docs/errors.md?raw';
import operating from '../../docs/operating.md?raw';
import { isoTime, sqliteTime } from '../src/clock.ts';
import {
  EVENT_CODES,
  type EventCode,
  SKIP_REASONS,
  SKIPPED_EVENT_TYPES,
  skippedError,
} from '../src/event-codes.ts';
import { asTerraUploadId, asTerraUserId } from '../src/ids.ts';
import { DLQ_ERROR_TEXT_MAX, DLQ_ROWS } from '../src/limits.ts';
import { explainEvent } from '../src/operator/event-explanation.ts';
import { drain } from '../src/queue/drain.ts';
import { readDeadLetters } from '../src/store/dead-letters.ts';
import {
  CODE_NAME,
  HAS_ERROR,
  IS_DRAINED,
  IS_LET_GO,
  IS_NORMALIZED,
  IS_OPEN,
  IS_SKIPPED,
  IS_TRIED,
  isParkedAs,
  isSkippedFor,
  SKIPPED_REASON,
} from '../src/store/event-state.ts';
import { releaseForConnectionsStatements, releaseForLabUploadsStatements } from '../src/store/releases.ts';
import { runAll, type Statement } from '../src/store/statements.ts';
import { readStats } from '../src/store/stats.ts';
import { forgetRawEvents, insertRaw } from './support/raw-rows.ts';
import { envWithOutbox } from './support/stack.ts';

const NOW = Date.parse('2026-03-05T12:00:00.000Z');
const RECEIVED = sqliteTime(NOW - 3_600_000);
const WAITED_FOR = 'terra-waited-for';

const CODES: readonly (readonly [string, EventCode])[] = Object.entries(EVENT_CODES);

/** What a row under this code may say. */
function example(name: string, { form }: EventCode): string {
  if (form === 'prefix') return `${name}:data[0].x`;
  return form === 'exact' ? name : "TypeError: it's undefined";
}

/** One row a code, all of them alike but for what they say; their codes by id. */
async function insertOfEachCode(columns: Record<string, string | number | null> = {}) {
  const rows = CODES.map(([name, code]) => ({
    received_at: RECEIVED,
    attempts: 1,
    terra_user_id: WAITED_FOR,
    reference_id: WAITED_FOR,
    process_error: example(name, code),
    ...columns,
  }));
  const ids = await insertRaw(...rows);
  return new Map(ids.map((id, i) => [id, CODES[i]?.[0] ?? '']));
}

function namesWhere(condition: (code: EventCode) => boolean): string[] {
  return CODES.filter(([, code]) => condition(code)).map(([name]) => name);
}

/** The codes of the rows a statement answers, in the order they stand in the list. */
async function answered(statements: readonly Statement[], codes: ReadonlyMap<number, string>) {
  const answers = await runAll<{ id: number }>(env.DB, statements);
  return namesOf(
    answers.flatMap(({ results }) => results),
    codes,
  );
}

function namesOf(rows: readonly { readonly id?: unknown }[], codes: ReadonlyMap<number, string>) {
  return rows
    .map(({ id }) => Number(id))
    .toSorted((a, b) => a - b)
    .map((id) => codes.get(id));
}

beforeEach(forgetRawEvents);

describe('of a row under each code', () => {
  it.each([0, 1])('the drain takes those that say so, after %i attempts', async (attempts) => {
    const codes = await insertOfEachCode({ attempts });
    const { env: used, outbox } = envWithOutbox();
    await drain(used, NOW);
    const ids = outbox.messages.map((message) => ('rawEventId' in message ? message.rawEventId : -1));
    expect(ids.map((id) => codes.get(id))).toEqual(namesWhere(({ drained }) => drained));
  });

  it('the connection and the upload release theirs and no other', async () => {
    const codes = await insertOfEachCode();
    const after = isoTime(NOW);
    expect(
      await answered(releaseForConnectionsStatements([asTerraUserId(WAITED_FOR)], after, after), codes),
    ).toEqual(namesWhere(({ releasedBy }) => releasedBy === 'connection'));
    expect(
      await answered(releaseForLabUploadsStatements([asTerraUploadId(WAITED_FOR)], after, after), codes),
    ).toEqual(namesWhere(({ releasedBy }) => releasedBy === 'upload'));
  });

  it('an operator is shown all but what was skipped on purpose, processed or not', async () => {
    const shown = namesWhere(({ state }) => state !== 'skipped');
    for (const processed_at of [null, RECEIVED]) {
      await forgetRawEvents();
      const codes = await insertOfEachCode({ processed_at });
      const page = { errorChars: DLQ_ERROR_TEXT_MAX, beforeId: Number.MAX_SAFE_INTEGER, limit: DLQ_ROWS };
      expect(namesOf(await readDeadLetters(env.DB, page), codes)).toEqual(shown);
    }
  });

  it('the figures count each under its name', async () => {
    await insertOfEachCode();
    await insertRaw({ processed_at: RECEIVED }, {});
    const named = Object.fromEntries(namesWhere(({ state }) => state !== 'skipped').map((name) => [name, 1]));
    expect(await readStats(env.DB, NOW)).toMatchObject({ errors: named, backlog: 1 });
    await env.DB.prepare('update raw_events set processed_at = received_at').run();
    expect(await readStats(env.DB, NOW)).toMatchObject({ errors: named, backlog: 0 });
  });

  it('each condition tells what the list says', async () => {
    await insertOfEachCode({ processed_at: RECEIVED });
    await insertRaw({ processed_at: RECEIVED });
    const { results } = await env.DB.prepare(
      `select ${CODE_NAME} as name, ${IS_DRAINED} as drained, (${HAS_ERROR}) as has_error, ${IS_SKIPPED} as skipped,
  (${IS_NORMALIZED}) as normalized
from raw_events
order by id`,
    ).all();
    const told = CODES.map(([name, { drained, state }]) => ({
      name,
      drained: Number(drained),
      has_error: Number(state !== 'skipped'),
      skipped: Number(state === 'skipped'),
      normalized: Number(state !== 'skipped'),
    }));
    // The drain asks for unprocessed rows alone, and those without an error are its own.
    const clean = { name: 'exception', drained: 1, has_error: 0, skipped: null, normalized: 1 };
    expect(results).toEqual([...told, clean]);
  });
});

describe('what an operator is told of a row', () => {
  it('names its code, what releases it, and when the drain takes it next', () => {
    const row = {
      received_at: RECEIVED,
      processed_at: null,
      attempts: 1,
      next_attempt_at: isoTime(NOW + 60_000),
    };
    for (const [name, code] of CODES) {
      const told = explainEvent({ ...row, process_error: example(name, code) }, NOW);
      const released = code.releasedBy ?? (code.drained ? 'attempt' : 'operator');
      const tried_next_at = code.drained ? row.next_attempt_at : null;
      expect(told).toEqual({ code: name, says: code.sentence, waits_for: released, tried_next_at });
    }
    const failed = { ...row, process_error: 'TypeError: x' };
    const old = { ...failed, received_at: sqliteTime(NOW - 25 * 3_600_000) };
    expect(explainEvent(old, NOW)).toMatchObject({ waits_for: 'operator', tried_next_at: null });
    const untried = { ...old, process_error: null, attempts: 0, next_attempt_at: null };
    expect(explainEvent(untried, NOW)).toMatchObject({ waits_for: 'attempt', tried_next_at: isoTime(NOW) });
    const processed = { ...failed, processed_at: RECEIVED, process_error: 'payload_invalid:x' };
    expect(explainEvent(processed, NOW)).toMatchObject({
      says: EVENT_CODES.payload_invalid.whenProcessed,
      waits_for: 'nothing',
      tried_next_at: null,
    });
  });
});

describe('a skipped event', () => {
  it('says why, and is found by it', async () => {
    const reasons = [...SKIPPED_EVENT_TYPES.map(([type]) => type), 'auth_error', 'unknown_type'] as const;
    await insertRaw(
      ...reasons.map((reason) => ({ processed_at: RECEIVED, process_error: skippedError(reason) })),
    );
    const { results } = await env.DB.prepare(
      `select ${SKIPPED_REASON} as reason, ${isSkippedFor(['nutrition', 'auth_error'])} as found
from raw_events
order by id`,
    ).all();
    expect(results).toEqual(
      reasons.map((reason) => ({ reason, found: Number(/^(nutrition|auth_error)$/.test(reason)) })),
    );
  });
});

describe('the indexes of what needs attention', () => {
  it.each([
    ['idx_raw_attention', HAS_ERROR],
    ['idx_raw_failed', HAS_ERROR],
    ['idx_raw_open', IS_OPEN],
    ['idx_raw_tried', IS_TRIED],
    ['idx_raw_let_go', IS_LET_GO],
  ])('%s is made on the very condition that the queries have', async (name, condition) => {
    const index = await env.DB.prepare('select sql from sqlite_master where name = ?')
      .bind(name)
      .first<{ sql: string }>();
    expect(index?.sql.split('\nwhere ')[1]).toBe(condition);
  });

  it.each([
    ['a release', `select id from raw_events where ${isParkedAs('no_connection_for_terra_user')}`],
    ['the figures', `select ${CODE_NAME} as code, count(*) from raw_events where ${HAS_ERROR} group by code`],
  ])('finds the rows of %s', async (_, sql) => {
    const { results } = await env.DB.prepare(`explain query plan ${sql}`).all<{ detail: string }>();
    expect(results[0]?.detail).toMatch(/idx_raw_(attention|failed)/);
  });
});

/** The lines of the first table of a section. */
function tableUnder(page: string, heading: string): string[] {
  const [, section = ''] = page.split(`\n## ${heading}\n`);
  const lines = section.split('\n## ')[0]?.split('\n') ?? [];
  return lines.filter((line) => line.startsWith('|')).slice(2);
}

describe('the documentation', () => {
  const written = (name: string, { form, detail }: EventCode) => {
    if (form === 'any') return 'anything else';
    return form === 'prefix' ? `\`${name}:<${detail}>\`` : `\`${name}\``;
  };
  const RELEASE = {
    operator: 'you',
    connection: 'its connection',
    upload: 'its upload',
    none: 'another attempt',
  };

  it('says of every code that waits what it waits for, and whether it is drained', () => {
    const waiting = CODES.filter(([, { state }]) => state !== 'skipped').flatMap(([name, code]) => {
      const text = written(name, code);
      const waitsFor = RELEASE[code.releasedBy ?? 'none'];
      const line = `| ${text} | ${waitsFor} | ${code.drained ? 'yes, for 24 h' : 'no'} | ${code.sentence} |`;
      return code.whenProcessed === undefined
        ? [line]
        : [line, `| ${text}, processed | nothing | | ${code.whenProcessed} |`];
    });
    expect(tableUnder(operating, 'Why an event waits')).toEqual(waiting);
  });

  it('says why an event is skipped', () => {
    const reasons = [...SKIPPED_EVENT_TYPES, ...SKIP_REASONS].map(
      ([reason, sentence]) => `| \`skipped:${reason}\` | ${sentence} |`,
    );
    expect(tableUnder(errors, 'Events that are skipped')).toEqual(reasons);
  });
});
