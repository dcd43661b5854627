import { mutants } from './mutant.ts';

const TESTS = ['rebuild.test.ts', 'rebuild-meanwhile.test.ts', 'rebuild-background.test.ts'] as const;
const STEP = 'operator/rebuild-step.ts';
const FINISH = 'operator/rebuild-finish.ts';
const FOLD = 'operator/rebuild-fold.ts';
const SEED = 'operator/rebuild-seed.ts';
const SWAP = 'store/rebuild-swap.ts';
const EVENTS = 'store/rebuild-events.ts';
const REBUILDS = 'store/rebuilds.ts';
const OLDER = 'fold/older-rows.ts';

/** Rows made anew while the person lives on. */
export const REBUILD_MUTANTS = mutants('rebuild', [
  [
    'a row keeps the older of two versions',
    'store/upsert.ts',
    `min(\${table}.rules, excluded.rules)`,
    'excluded.rules',
    'upsert.test.ts',
  ],
  [
    'a new person has the rules of today',
    'store/person-clock.ts',
    'rules: RULES_VERSION',
    'rules: null',
    ...TESTS,
  ],
  ['a step stands on the one before it', STEP, '[shadow, rebuild.shadow_clock]', '', ...TESTS],
  [
    'a step does not commit for an erased person',
    STEP,
    'unmarked: [sha256Hex(rebuild.user_id)],',
    '',
    ...TESTS,
  ],
  ['exactly the folded events are in effect', FINISH, 'completenessGuardStatement(user_id),', '', ...TESTS],
  ['an event that came meanwhile is listed', FOLD, 'listEventsStatement(user_id),', '', ...TESTS],
  [
    'a deleted event begins it anew',
    FINISH,
    'if (has_lost === 1) return beginRebuild(context);',
    '',
    ...TESTS,
  ],
  ['a lost event is found', EVENTS, 'raw_events.user_id is not l.user_id\n    or ', '', ...TESTS],
  [
    'a body that is gone ends it',
    FOLD,
    `case 'payload_missing':\n      return \`payload_missing: event \${row.id}\`;`,
    "case 'payload_missing':\n      return null;",
    ...TESTS,
  ],
  [
    'a step takes a bounded number of bytes',
    EVENTS,
    `where up_to <= \${QUEUE_BATCH_BYTES}`,
    'where true',
    ...TESTS,
  ],
  ['a dry run changes nothing', FINISH, '...(isDryRun\n', '...(clock === null\n', ...TESTS],
  [
    'a dry run that becomes real is read anew',
    REBUILDS,
    '          `update users set clock = strftime',
    '          `update users set clock = clock where 0 and strftime',
    ...TESTS,
  ],
  [
    'updated_at moves only where somebody sees it',
    SWAP,
    `    when \${isVisibleChange}\n    then excluded.updated_at\n    else \${table}.updated_at`,
    '    when true\n    then excluded.updated_at',
    ...TESTS,
  ],
  [
    'a row that is not made again goes',
    SWAP,
    '    ...FOLDED_TABLES.map((table) => deleteGoneStatement(table, both)),\n',
    '',
    ...TESTS,
  ],
  [
    'a row that goes leaves a tombstone',
    SWAP,
    `\${keyJson(table, 't')}, ?3 \${goneRows(table)}\``,
    `\${keyJson(table, 't')}, ?3 \${goneRows(table)} and ?1 is null\``,
    ...TESTS,
  ],
  [
    'a row that is made again has none',
    SWAP,
    `from \${table} s where s.user_id = ?2\`,\n  );`,
    `from \${table} s where s.user_id = ?2 and ?1 is null\`,\n  );`,
    ...TESTS,
  ],
  ['homes are made anew', SWAP, "...swapRememberedStatements('item_homes', both),", '', ...TESTS],
  [
    'homes that are gone go',
    SWAP,
    `\`delete from \${table} as t\nwhere t.user_id = ?1\n  and not exists (\n`,
    `\`delete from \${table} as t\nwhere t.user_id is null\n  and not exists (\n`,
    ...TESTS,
  ],
  [
    'a person has the version of their rebuild',
    SWAP,
    "'update users set clock = ?2, rules = ?3 where id = ?1'",
    "'update users set clock = ?2 where id = ?1 and ?3 is not null'",
    ...TESTS,
  ],
  [
    'what was made is cleared',
    REBUILDS,
    "'delete from users where rebuild_of = ?1'",
    "'delete from users where rebuild_of = ?1 and ?1 is null'",
    ...TESTS,
  ],
  [
    'older rows are of one moment',
    SEED,
    'if (position.clock !== rebuild.clock) return beginRebuild(context);',
    '',
    ...TESTS,
  ],
  [
    'days from before cells survive',
    OLDER,
    'if (legacy !== null) older.daily.set',
    'if (legacy === undefined) older.daily.set',
    ...TESTS,
  ],
  [
    'biomarkers from before cells survive',
    OLDER,
    'if (kept.length > 0) older.biomarkers',
    'if (kept.length < 0) older.biomarkers',
    ...TESTS,
  ],
  ['items keep what they took over', OLDER, 'slices.filter(isOlder)', 'slices.filter(() => false)', ...TESTS],
  [
    'an item that took a row over is found by its id',
    OLDER,
    'homes.set(rowKey(source, item), { startTime, wakeDate: null, deletedUpTo: null });',
    '',
    ...TESTS,
  ],
  [
    'the home that leads to an older row is known',
    OLDER,
    'home.startTime === startTime) older.homes',
    'home.startTime === null) older.homes',
    ...TESTS,
  ],
  ['the cron begins rebuilds', 'cron/schedule.ts', '        tendRebuilds(env, nowMs),\n', '', ...TESTS],
  ['few at a time', 'operator/rebuilds.ts', 'REBUILDS_AT_ONCE - running', 'REBUILDS_AT_ONCE', ...TESTS],
  [
    'one that failed is not begun again',
    REBUILDS,
    "(r.state = 'failed' and r.rules >= ?1)",
    'false',
    ...TESTS,
  ],
  [
    'one that comes to nothing is given up',
    REBUILDS,
    `attempts > \${REBUILD_ATTEMPTS_MAX} as is_spent`,
    '0 as is_spent',
    ...TESTS,
  ],
  [
    'a lost message is sent again',
    'operator/rebuilds.ts',
    'alive.map(({ id }) => ({ rebuildId: id })),',
    '[],',
    ...TESTS,
  ],
  [
    'what it makes goes with the person',
    'store/person-data.ts',
    "'delete from users where rebuild_of = ?1'",
    "'delete from users where rebuild_of = ?1 and ?1 is null'",
    'wipe.test.ts',
  ],
  [
    'nobody is told of as a person',
    'store/restored.ts',
    'where id > ?1 and rebuild_of is null order by id limit ?3',
    'where id > ?1 order by id limit ?3',
    ...TESTS,
  ],
]);
