import { readFileSync } from 'node:fs';
import { mutants, type SwitchedOff } from './mutant.ts';

const ERASE = 'store/person-data.ts';
const OBJECTS = 'store/person-objects.ts';
const SUBJECTS = 'store/subjects.ts';
const EVENTS = 'store/subject-events.ts';
const ERASURES = 'store/erasures.ts';
const WIPE = 'wipe.test.ts';
const ERASED = 'erased.test.ts';
const COST = 'erasure-cost.test.ts';

/** Whatever a wipe lists, read from there: a table that is new has its mutant by itself. */
const source = readFileSync(new URL('../../src/store/person-data.ts', import.meta.url), 'utf8');
const [, listed = ''] = /PERSON_TABLES = \[([^\]]*)\]/.exec(source) ?? [];
const TABLES = [...listed.matchAll(/'(\w+)'/g)].map(([, table = '']) => table);

/** A person's erasure: every store, and what is left to keep them away. */
export const ERASURE_MUTANTS = mutants('erasure', [
  ...TABLES.map((table): SwitchedOff => [table, ERASE, `  '${table}',\n`, '', WIPE]),
  [
    'users',
    ERASE,
    "statement('delete from users where id = ?1', userId)",
    "statement('select ?1', userId)",
    WIPE,
  ],
  ['raw_events', ERASE, "'delete from raw_events where id in", "'select 1 from raw_events where id in", WIPE],
  [
    'raw_events that were settled meanwhile',
    ERASE,
    "statement('delete from raw_events where user_id = ?1', userId)",
    "statement('select ?1', userId)",
    WIPE,
  ],
  [
    'raw_events that name the person only in their body',
    EVENTS,
    'or exists (select 1 from json_each(?4) j where instr(',
    'or exists (select 1 from json_each(?4) j where 0 * instr(',
    WIPE,
  ],
  [
    'trace_events of the events',
    ERASE,
    "'delete from trace_events where raw_event_id in",
    "'select 1 from trace_events where raw_event_id in",
    WIPE,
  ],
  [
    'trace_events of the person',
    ERASE,
    "['where user_id = ?1', userId],",
    "['where user_id = ?1 and false', userId],",
    WIPE,
  ],
  ['payloads in R2', OBJECTS, 'await bucket.delete(keys.slice(start, start + R2_KEYS_A_CALL));', '', WIPE],
  ['lab files in R2', ERASE, 'await deletePrefix(env.LAB_REPORTS, labFilesOf(userId))', '1', WIPE],
  ['keys in KV', OBJECTS, 'await cache.delete(name)', 'await cache.get(name)', WIPE],
  [
    'the user id is remembered as erased',
    ERASURES,
    "...markErasedStatements([['user', userId]], requestedAt),",
    '',
    ERASED,
  ],
  [
    'Terra ids are remembered as erased',
    ERASURES,
    "...subjects.terraUserIds.map((id) => ['terra_user', id] as const),",
    '',
    ERASED,
  ],
  [
    'upload ids are remembered as erased',
    ERASURES,
    "...subjects.terraUploadIds.map((id) => ['upload', id] as const),",
    '',
    ERASED,
  ],
  [
    'the Terra id of another person is not taken along',
    SUBJECTS,
    'and not exists (select 1 from terra_connections c where c.terra_user_id = n.id)',
    '',
    WIPE,
  ],
  [
    'the Terra id under which another person has events is not taken along',
    SUBJECTS,
    'where e.user_id <> ?1\n',
    'where false\n',
    WIPE,
  ],
  [
    'what names the person is found by an index: references',
    EVENTS,
    'raw_events indexed by idx_raw_unowned_reference\nwhere user_id is null\n  and processed_at is not null\n  and reference_id = ?1',
    'raw_events not indexed\nwhere user_id is null\n  and processed_at is not null\n  and reference_id = ?1',
    COST,
  ],
  [
    'what names the person is found by an index: Terra ids',
    EVENTS,
    'indexed by idx_raw_unowned_terra',
    'not indexed',
    COST,
  ],
  [
    'what names the person is found by an index: events that are owned by another',
    EVENTS,
    'indexed by idx_raw_foreign_reference',
    'not indexed',
    COST,
  ],
  [
    'what names the person is found by an index: traces',
    ERASE,
    'indexed by idx_trace_terra',
    'not indexed',
    COST,
  ],
  [
    'slices go on until none is full',
    ERASE,
    'isMore = events.length === ERASURE_EVENTS_A_SLICE',
    'isMore = false',
    COST,
  ],
  [
    'one that leaves something is not over',
    'erasure/erase-person.ts',
    'if (remaining > 0) throw new Error(',
    'if (remaining < 0) throw new Error(',
    'erasure-halts.test.ts',
  ],
  [
    'the object of an event that was queued goes',
    'ingest/attempt.ts',
    'if (keys.length > 0) await context.payloads.delete(keys);',
    '',
    ERASED,
  ],
  ['a token from before stays refused', 'store/users.ts', 'and erased_at < ?2', 'and ?2 is not null', ERASED],
  [
    'an event that was blanked stays so',
    'ingest/verdict.ts',
    "const isBlank = progress.processError === skippedError('user_erased')",
    'const isBlank = false',
    'erased-replay.test.ts',
  ],
]);
