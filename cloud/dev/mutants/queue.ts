import { mutants } from './mutant.ts';

const DRAIN = 'drain.test.ts';
const OUTBOX = 'queue/outbox.ts';
const RELEASES = 'store/releases.ts';
const EVENTS = 'store/unprocessed-events.ts';
const BACKFILLS = 'store/backfills.ts';
const DEAD = 'store/dead-letters.ts';

/** What brings back what was lost on its way. */
export const QUEUE_MUTANTS = [
  ...mutants('drain', [
    ['a drained row is leased', 'queue/drain.ts', 'isoTime(nowMs + DRAIN_LEASE_MS)', 'isoTime(nowMs)', DRAIN],
    ['what waits for an operator stays', EVENTS, `and \${IS_DRAINED}`, '', DRAIN],
    ['failed rows are given up after a day', EVENTS, 'received_at >= ?3', 'received_at <> ?3', DRAIN],
    [
      'failed rows do not hide new ones',
      EVENTS,
      "const IS_UNTRIED = 'processed_at is null and attempts = 0'",
      "const IS_UNTRIED = 'processed_at is null and attempts = 0 and false'",
      DRAIN,
    ],
    [
      'what waits is passed over once',
      EVENTS,
      'cursor = excluded.cursor,\n',
      'cursor = sweeps.cursor,\n',
      DRAIN,
    ],
    [
      'what was let go is found',
      EVENTS,
      "dueEvents('idx_raw_let_go', IS_LET_GO,",
      "dueEvents('idx_raw_let_go', 'false',",
      DRAIN,
    ],
    ['a new day looks at everything', EVENTS, 'and date(updated_at) = date(?1)', 'and ?1 is not null', DRAIN],
  ]),
  ...mutants('read costs', [
    [
      'a connection reads no other parked events',
      RELEASES,
      "found === 'by id' ? ' not indexed' : ''",
      "''",
      'read-costs.test.ts',
    ],
    [
      'a lab report reads no other events',
      'store/lab-events.ts',
      `from raw_events indexed by \${index}`,
      'from raw_events indexed by idx_raw_user',
      'read-costs.test.ts',
    ],
  ]),
  ...mutants('outbox', [
    ['the cron sweeps it', 'cron/schedule.ts', '        sweepOutbox(env, nowMs),\n', '', 'cron.test.ts'],
    [
      'a row is swept when it is due',
      BACKFILLS,
      'and next_attempt_at <= ?1',
      'and ?1 is not null',
      'backfill.test.ts',
    ],
    [
      'a swept row is leased',
      OUTBOX,
      'isoTime(turnMs + DRAIN_LEASE_MS)',
      'isoTime(turnMs)',
      'backfill.test.ts',
    ],
    [
      'a request that was sent is not sent again',
      BACKFILLS,
      `where id = ?1\n  and \${IS_PENDING}\`,\n      id,\n    ),\n  );`,
      'where id = ?1`,\n      id,\n    ),\n  );',
      'backfill.test.ts',
    ],
    [
      'a request is not asked for twice',
      BACKFILLS,
      'on conflict (id) do nothing\\nreturning id',
      'on conflict (id) do update set attempts = 0\\nreturning id',
      'connections.test.ts',
    ],
  ]),
  ...mutants('release', [
    [
      'released rows begin anew',
      RELEASES,
      'process_error = null,\n  attempts = 0,',
      'process_error = null,',
      'connections.test.ts',
      'owners.test.ts',
    ],
    [
      'the upload lets parked reports go',
      'labs/upload.ts',
      'terraUploadId === null ? [] : [terraUploadId], now, later)',
      '[], now, later)',
      'lab-results.test.ts',
    ],
  ]),
  ...mutants('compare-and-swap', [
    [
      'a lost race is reloaded',
      'store/guard.ts',
      'reloads <= LOST_RACE_RELOADS',
      'reloads < 1',
      'races.test.ts',
    ],
    [
      'a race that is lost for good fails nobody',
      'ingest/attempt.ts',
      "raced.state === 'lost_race' ? raced",
      "raced.state === 'lost_race' ? { state: 'failed', error: 'lost_race' }",
      'races.test.ts',
    ],
  ]),
  ...mutants('tombstone', [
    [
      'a deleted key leaves one',
      'store/folded-rows.ts',
      ', ...storeTombstonesStatements(tombstones)',
      '',
      'fold.test.ts',
    ],
  ]),
  ...mutants('dead letter', [
    [
      'a row that was processed meanwhile is left alone',
      DEAD,
      'where id in (select value from json_each(?1))\n  and processed_at is null',
      'where id in (select value from json_each(?1))',
      'dead-letter.test.ts',
    ],
    [
      'the second time it has failed',
      DEAD,
      'then 1 else attempts end',
      'then 0 else attempts end',
      'dead-letter.test.ts',
    ],
  ]),
  ...mutants('batch', [
    [
      'an unreadable message fails nobody',
      'queue/consumer.ts',
      'if (body === null) {',
      'if (body === undefined) {',
      'consumer.test.ts',
    ],
    [
      'a payload that cannot be read delays nobody',
      'queue/consumer.ts',
      "log('error', 'payload_unreadable'",
      "throw error;\n      log('error', 'payload_unreadable'",
      'consumer.test.ts',
    ],
  ]),
];
