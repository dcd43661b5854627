import { mutants } from './mutant.ts';

const CELLS = 'fold/stored-cells.ts';
const BODIES = 'store/raw-bodies.ts';
const PACKS = 'store/packed-bodies.ts';
const MOVE = 'operator/move-bodies.ts';
const READ = 'body/stored-body.ts';
const SAMPLES = 'store/old-samples.ts';
const OLD_BODIES = 'old-bodies.test.ts';
const PAYLOADS = 'payloads.test.ts';
const UPGRADE = 'upgrade.test.ts';

/** How little is stored of an event and of what it told. */
const SHORT_CELLS = mutants('short cells', [
  [
    'earlier ones are read',
    CELLS,
    "if (typeof letters !== 'string') return letters;",
    "if (typeof letters !== 'string') return {};",
    'fold.test.ts',
  ],
  [
    'an order is whole where it must be',
    CELLS,
    'rank === CONFIRMED_RANK && index === 0 ?',
    'index === 0 ?',
    'fold/stored-cells.test.ts',
  ],
  [
    'a position in an event is kept',
    CELLS,
    'rank === CONFIRMED_RANK && index === 0 ?',
    'rank === CONFIRMED_RANK ?',
    'fold/stored-cells.test.ts',
  ],
  [
    'a hash comes back in hex',
    CELLS,
    'hash.length === SHA256_BASE64_CHARS ? hexOfBase64(hash) : hash',
    'hash',
    'explain.test.ts',
  ],
  [
    'a column without a letter is kept',
    CELLS,
    '...(others.length === 0 ? [] : [Object.fromEntries(others)]),',
    '',
    'fold/stored-cells.test.ts',
  ],
]);

const SHORT_ROWS = mutants('short rows', [
  [
    'an end is an end',
    'store/spelled-out-rows.ts',
    'const next = isEnd ? nextTable(table)',
    'const next = isEnd ? null',
    UPGRADE,
  ],
  [
    'items are packed too',
    'store/spelled-out-rows.ts',
    'row.raw?.includes(SAMPLES_OMITTED) ? packedRaw(row.raw) : row.raw',
    'row.raw',
    UPGRADE,
  ],
  [
    'the cron does it',
    'operator/finish-upgrade.ts',
    'if (left.has(SPELLED_OUT_ROWS)) ',
    'if (left.has("")) ',
    UPGRADE,
  ],
  ['a run has an end', 'operator/shorten-rows.ts', 'batch < batches && next', 'next', UPGRADE],
]);

/** Where the body of an event lies. */
const BODIES_LIE = mutants('bodies', [
  [
    'one that lies in its row is read there',
    'store/payload-text.ts',
    "raw_events.payload <> '',",
    'raw_events.payload is null,',
    PAYLOADS,
  ],
  [
    'blanking an event takes its body',
    'store/event-outcomes.ts',
    '...deleteBodiesStatements(ids), ',
    '',
    'erased.test.ts',
  ],
  [
    'a duplicate brings none back',
    BODIES,
    `\n  and \${holdsId('request_id', '?4')}`,
    '\n  and ?4 is not null',
    OLD_BODIES,
  ],
  [
    'what is taken out of a row is stored apart',
    'store/bodies-in-rows.ts',
    '(raw_event_id, payload)\\nselect id, payload',
    "(raw_event_id, payload)\\nselect id, 'x'",
    UPGRADE,
  ],
  [
    'taking out has an end',
    'operator/take-bodies-out.ts',
    'batch < batches && next !== null',
    'next !== null',
    UPGRADE,
  ],
  [
    'a page of one’s events reads no more',
    'store/own-events.ts',
    'order by id desc',
    'order by received_at desc, id desc',
    PAYLOADS,
  ],
  ['one that is read is what was received', READ, ' && sha256Hex(bytes) === sha256', '', OLD_BODIES],
  [
    'one that moves is what was received',
    MOVE,
    'if (sha256Hex(payload) === dedup_key)',
    'if (true)',
    OLD_BODIES,
  ],
  ['a young one stays', PACKS, 'r.received_at < ?2 as is_old', '1 as is_old', OLD_BODIES],
  [
    'one whose event waits stays',
    PACKS,
    'r.processed_at is not null and r.user_id is not null',
    'r.user_id is not null',
    OLD_BODIES,
  ],
  [
    'one of nobody stays',
    PACKS,
    'left join raw_events r on r.id = b.raw_event_id\nwhere r.processed_at is null',
    'left join raw_events r on r.id = b.raw_event_id\nwhere false',
    OLD_BODIES,
  ],
  [
    'what tells of a connection lies alone',
    PACKS,
    'r.event_type in (',
    'true or r.event_type in (',
    OLD_BODIES,
  ],
  ['two people share no object', MOVE, '({ userId }) => userId,', '() => movable[0]?.userId,', OLD_BODIES],
  [
    'nothing is moved of who is erased meanwhile',
    PACKS,
    'guardStatement({ unmarked: [sha256Hex(userId)] })',
    'guardStatement({})',
    OLD_BODIES,
  ],
  ['what lost a race is not kept', MOVE, 'await env.RAW_PAYLOADS.delete(key);', '', OLD_BODIES],
  ['what may have won is', MOVE, 'if (!isLostRace(error)) throw error;', '', OLD_BODIES],
  [
    'a pack that a row names is no orphan',
    'store/orphans.ts',
    'select 1 from body_packs p where p.id = o.by',
    'select 1 from body_packs p where p.id = -1',
    OLD_BODIES,
  ],
  [
    'a person’s packs go with them',
    'store/person-data.ts',
    'await deletePrefix(env.RAW_PAYLOADS, packsPrefix(userId))',
    '0',
    OLD_BODIES,
  ],
  ['a move under way goes on', MOVE, "stored === '' && what === 'go_on'", "what === 'go_on'", OLD_BODIES],
  ['a move begins at night', MOVE, "stored === '' && what === 'go_on'", 'false', OLD_BODIES],
  ['a run has an end', MOVE, 'if (run.packsLeft <= 0 || ', 'if (', OLD_BODIES],
  ['a run looks for samples so often', MOVE, ' || run.looksLeft <= 0) break;', ') break;', OLD_BODIES],
  [
    'a search tells of those it did not read',
    'store/event-search.ts',
    '(payload_key is not null or ',
    '(payload_key is not null and ',
    'admin-search.test.ts',
  ],
  [
    'thinned samples move no updated_at',
    SAMPLES,
    'raw = o.raw,',
    "raw = o.raw, updated_at = '9',",
    OLD_BODIES,
  ],
  ['a shorter row leaves its page', SAMPLES, ') + o.place', ') * 0 + o.rowid', OLD_BODIES],
  ['samples of a young row stay', SAMPLES, '\n  and updated_at < ?3', '\n  and ?3 is not null', OLD_BODIES],
  [
    'a raw that was packed is shown as the item',
    'store/change-feed.ts',
    'raw: shownRaw(row.raw)',
    'raw: row.raw',
    OLD_BODIES,
  ],
  [
    'one that was packed is explained as the item',
    'explain/explain-row.ts',
    'shownRaw(candidate?.value ?? null)',
    'candidate?.value ?? null',
    OLD_BODIES,
  ],
  [
    'a raw is not made longer',
    'store/packed-raw.ts',
    'packed.length < raw.length ? packed : raw',
    'packed',
    'store/packed-raw.test.ts',
  ],
  [
    'what is packed is not packed again',
    'store/packed-raw.ts',
    'if (raw.startsWith(MARK)) return raw;',
    '',
    'store/packed-raw.test.ts',
  ],
  [
    'the names do not change',
    'store/packed-raw.ts',
    '"sleep_efficiency":,',
    '"sleep_efficiency":0,',
    'store/packed-raw.test.ts',
  ],
  ['a rebuild brings none back', 'store/rebuild-swap.ts', '.cells is $', '.cells is not $', OLD_BODIES],
]);

export const BODY_MUTANTS = [...BODIES_LIE, ...SHORT_CELLS, ...SHORT_ROWS];
