import { mutants } from './mutant.ts';

const DAYS = 'store/biomarker-days.ts';
const FEED = 'store/biomarker-feed.ts';
const FOLD = 'fold/biomarker-days.ts';
const ROW = 'fold/biomarker-row.ts';
const PAGES = 'sync-pages.test.ts';
const CELLS_TEST = 'fold/cells.test.ts';

/** Biomarkers are found by their days, and a body's day knows whose word each of its codes is. */
export const DAY_MUTANTS = mutants('days', [
  ['a page goes on inside a day', FEED, 'b.code > ?5 or ', '', PAGES],
  ['what was sent of a day is not sent again', FEED, '(b.code > ?5 or ', '(true or ', PAGES],
  ['of a changed day comes what changed', FEED, '  and b.updated_at > ?6\n', '', PAGES],
  ['a sync without news reads no day', FEED, '[since, BEHIND_ALL,', "[since, '',", PAGES],
  ['a cursor from before days loses nothing', FEED, "isoText('')", 'at', PAGES],
  [
    'what goes by rows takes no position of days',
    'routes/sync.ts',
    'state.length === 3 || isDayStream(name)',
    'true',
    PAGES,
  ],
  [
    'a page is of one person',
    FEED,
    `where d.user_id = ?1
  and (d.updated_at, d.source, d.draw_date) >=`,
    `where ?1 is not null
  and (d.updated_at, d.source, d.draw_date) >=`,
    'sync-access.test.ts',
  ],
  [
    'a wide page is of one person',
    FEED,
    `where d.user_id = ?1
  and (d.updated_at, d.source, d.draw_date) > `,
    `where ?1 is not null
  and (d.updated_at, d.source, d.draw_date) > `,
    'sync-access.test.ts',
  ],
  [
    'a day is never before its rows',
    DAYS,
    '  updated_at = excluded.updated_at\n',
    '  updated_at = biomarker_days.updated_at\n',
    'fold.test.ts',
  ],
  ['a row changed moves its day', DAYS, `\n  or \${MOVED}\``, '`', 'labs-delete.test.ts'],
  ['a row that nobody sees changed moves no day', DAYS, `  or \${MOVED}`, '  or true', 'lab-results.test.ts'],
  [
    'an order alone writes one row',
    DAYS,
    'store(false, CELLS_ALONE)',
    'store(false, WITH_ROWS)',
    'cost.test.ts',
  ],
  [
    'a deleted lab moves the days of what it leaves',
    'labs/delete-upload.ts',
    'owned(changes.biomarkerDays)',
    '[]',
    'labs-delete.test.ts',
  ],
  [
    'a day without biomarkers goes',
    'store/folded-rows.ts',
    ', ...deleteEmptyDaysStatements(deletions)',
    '',
    'labs-delete.test.ts',
  ],
  [
    'a day with biomarkers stays',
    DAYS,
    `  and \${hasNoRows('d')}\`,
    DAY,`,
    `\`,
    DAY,`,
    'labs-delete.test.ts',
  ],
  ['a rebuild finds days that have no row', DAYS, 'max(b.updated_at)\n', "'0'\n", 'upgrade-days.test.ts'],
  [
    'a rebuild brings what no sync has seen',
    DAYS,
    'set updated_at = ?2\nwhere b.user_id = ?1',
    'set updated_at = ?2\nwhere b.user_id is null and b.user_id = ?1',
    'upgrade-days.test.ts',
  ],
  [
    'a rebuild moves no row that was seen',
    DAYS,
    '      and d.updated_at >= b.updated_at\n',
    '      and d.updated_at > b.updated_at\n',
    'upgrade-days.test.ts',
  ],
  [
    'a rebuild takes over the cells of days',
    DAYS,
    'set\n  cells = excluded.cells,\n  updated_at = max',
    'set\n  updated_at = max',
    'rebuild.test.ts',
  ],
  [
    'the days of bodies are read',
    'ingest/snapshot-statements.ts',
    'bodyDays: biomarkerDaysStatements(keys.bodyDays, owners)',
    'bodyDays: []',
    'fold.test.ts',
  ],
  [
    'a day keeps the codes that an event does not name',
    FOLD,
    'new Map(before.bodyDays.get(day) ?? [])',
    'new Map()',
    'fold.test.ts',
  ],
  [
    'a lab keeps its orders in its row',
    FOLD,
    'source === LAB_SOURCE ? null : ',
    '',
    'fold/lab-results.test.ts',
  ],
  [
    'what is not from events keeps its own cells',
    ROW,
    ' && latest[0][0] !== LEGACY_ORDER[0]',
    '',
    CELLS_TEST,
  ],
  [
    'what was taken column by column keeps its own cells',
    ROW,
    'latest !== undefined && another === undefined',
    'latest !== undefined',
    CELLS_TEST,
  ],
  [
    'who asks is told of the events that a day names',
    'explain/explained-fold.ts',
    "ordersOfDay(beside, key[2] ?? '')",
    '[]',
    'explain.test.ts',
  ],
  ['the cells of a day have one text', 'fold/body-day.ts', 'codes.toSorted()', 'codes', CELLS_TEST],
]);
