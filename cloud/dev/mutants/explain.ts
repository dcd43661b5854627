import { mutants } from './mutant.ts';

const CELLS_TEST = 'fold/cells.test.ts';
const FOLD_TEST = 'fold/explain.test.ts';
const TEST = 'explain.test.ts';

/** Every stored value is explained by what made it, to its person alone, and what lost is told. */
export const EXPLAIN_MUTANTS = mutants('explain', [
  [
    'what loses everything is remembered',
    'fold/cells.ts',
    'return [...merged, ...losersAmong(slices, merged)];',
    'return merged;',
    CELLS_TEST,
    FOLD_TEST,
  ],
  [
    'what is remembered has an end',
    'fold/cells.ts',
    'if (lost.length === EXPLAINED_LOSERS_KEPT) break;',
    '',
    CELLS_TEST,
  ],
  [
    'the latest of what lost is remembered',
    'fold/cells.ts',
    'for (const [order] of slices.toSorted((a, b) => compareOrders(b[0], a[0]))) {',
    'for (const [order] of slices.toSorted((a, b) => compareOrders(a[0], b[0]))) {',
    CELLS_TEST,
  ],
  [
    'a measurement that lost is remembered',
    'fold/biomarker-row.ts',
    '...losersAmong([...row.loose, [order, columns]], winner)',
    '',
    TEST,
  ],
  ['a row is its person', 'store/explained.ts', '\\nwhere user_id = ?1$', '\\nwhere ?1 is not null$', TEST],
  [
    'an event is its owner',
    'store/explained.ts',
    '  and r.dedup_key = k.value\nwhere r.user_id = ?1`',
    '  and r.dedup_key = k.value\nwhere ?1 is not null`',
    TEST,
  ],
  [
    'events of an owner without a connection are found',
    'store/explained.ts',
    'if (left.length === 0) return known;',
    'if (left.length >= 0) return known;',
    TEST,
  ],
  [
    'only the main sleep gives its unit',
    'fold/explain-daily.ts',
    'shown: [{ ...main, rule: "of the night\'s main sleep, as a unit" }],',
    'shown: [{ ...main, rule: "of the night\'s main sleep, as a unit" }, ...beside],',
    FOLD_TEST,
    TEST,
  ],
  [
    'a sleep comes before its day',
    'fold/explain-daily.ts',
    'return { shown: [...sleeps, daily, ...legacy], hidden: [...hidden, ...naps] };',
    'return { shown: [daily, ...sleeps, ...legacy], hidden: [...hidden, ...naps] };',
    FOLD_TEST,
    TEST,
  ],
  [
    'a method is that of its value',
    'fold/explain-daily.ts',
    'return { shown: known.slice(owner, owner + 1),',
    'return { shown: known.toReversed(),',
    FOLD_TEST,
  ],
  [
    'records that their night hides are told',
    'fold/explain-daily.ts',
    'return hidden.map((item) => {',
    'return hidden.slice(1).map((item) => {',
    TEST,
  ],
  [
    'of activities that start together the other is told',
    'fold/explain-item.ts',
    'hidden: speakers.flatMap(([item, one]) => (item === shown ? [] : one)),',
    'hidden: [],',
    TEST,
  ],
  [
    'a result that its session replaced is told',
    'fold/explain-biomarker.ts',
    '...told.filter((one) => !isHeld(one)).map(replaced),',
    '',
    TEST,
  ],
  [
    'a ping is read where it led',
    'explain/told-events.ts',
    'normalize(deliveredEvent(row, readEnvelope(json)), json)',
    'normalize(deliveredEvent({ ...row, fetched_key: null }, readEnvelope(json)), json)',
    TEST,
  ],
  [
    'an item stands at its own position',
    'normalize/told.ts',
    'const index = order[3];',
    'const index = order[3] * 0;',
    TEST,
  ],
  [
    'a name is told where it stands',
    'normalize/told.ts',
    "storableText(fields.value('metadata.name')) !== null",
    "fields.value('metadata.name') === columns.activity_name",
    'normalize/told.test.ts',
  ],
  [
    'a whole row is told without raw',
    'explain/explain-row.ts',
    'stored !== null && column !== ONLY_WHEN_NAMED',
    'stored !== null',
    TEST,
  ],
]);
