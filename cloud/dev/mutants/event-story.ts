import { type Mutant, mutants } from './mutant.ts';

const TRACES = 'admin-traces.test.ts';
const PACKED_IDS = 'store/packed-ids.ts';

/** What is told of an event's life, and that nothing is read for it but what an index finds. */
export const EVENT_STORY_MUTANTS: readonly Mutant[] = mutants('event story', [
  [
    'an event makes room for its outcome',
    'store/event-outcomes.ts',
    ',\n  room = null',
    '',
    'packed-ids.test.ts',
  ],
  [
    'an event has the size of its end from its receipt on',
    'store/deliveries.ts',
    "return ' '.repeat((reference_id?.length ?? USER_ID_CHARS) + DURATION_BYTES);",
    "return ' '.repeat((reference_id?.length ?? USER_ID_CHARS) % 1);",
    'packed-ids.test.ts',
  ],
  [
    'only what gives the same text again is kept in bytes',
    PACKED_IDS,
    `iif(\${idText(bytes)} = \${parameter}, \${bytes}, \${parameter})`,
    `coalesce(\${bytes}, \${parameter})`,
    'packed-ids.test.ts',
  ],
  [
    'an id is found in bytes',
    PACKED_IDS,
    `\${column} in (\${parameter}, \${packedId(parameter)})`,
    `\${column} = \${parameter}`,
    'packed-ids.test.ts',
  ],
  [
    'an id is found as an earlier version wrote it',
    PACKED_IDS,
    `\${column} in (\${parameter}, \${packedId(parameter)})`,
    `\${column} = \${packedId(parameter)}`,
    'packed-ids.test.ts',
  ],
  ['a release is told', 'store/releases.ts', 'released_at = ?3', 'released_at = nullif(?3, ?3)', TRACES],
  ['a replay is told', 'store/dead-letters.ts', 'replayed_at = ?2', 'replayed_at = nullif(?2, ?2)', TRACES],
  [
    'a fetch is told',
    'store/fetched-payload.ts',
    'fetched_at = ?9',
    'fetched_at = nullif(?9, ?9)',
    's3-payload.test.ts',
  ],
  ['lost races are told', 'store/guard.ts', 'await once(reloads)', 'await once(0)', 'races.test.ts'],
  [
    'halvings are told',
    'ingest/attempt.ts',
    'events.slice(middle), halvings + 1)',
    'events.slice(middle), 0)',
    'attempt-limits.test.ts',
  ],
  [
    'a request to Terra is told of the event that caused it',
    'imports/send-backfill.ts',
    'rawEventId: row.raw_event_id',
    'rawEventId: null',
    'backfill.test.ts',
  ],
  [
    'a request is found by the time in its id',
    'store/request-events.ts',
    'madeMs !== null',
    'madeMs === null',
    TRACES,
  ],
  [
    'a trace under another request is of the same life',
    'store/trace-lines.ts',
    'where raw_event_id in (select value from json_each(?4))',
    'where false',
    TRACES,
  ],
  ['the time between goes on over pages', 'routes/admin-traces.ts', '[after?.[0],', '[undefined,', TRACES],
  [
    'warnings have an index of their own',
    'store/trace-lines.ts',
    "level === 'warn' || filter.level === 'error'",
    "level === 'none'",
    TRACES,
  ],
]);
