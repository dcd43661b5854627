import { mutants } from './mutant.ts';

const SESSIONS = 'fold/lab-results.ts';
const ROW = 'fold/biomarker-row.ts';
const FOLD_TEST = 'fold/lab-results.test.ts';
const RESULTS = 'lab-results.test.ts';
const DELETE = 'labs-delete.test.ts';

/** A lab result is one result, and what a laboratory printed is understood or kept as it is. */
export const LAB_MUTANTS = mutants('labs', [
  [
    'a session read anew leaves its old rows',
    SESSIONS,
    'for (const key of known?.keys ?? [])',
    'for (const key of [] as string[])',
    FOLD_TEST,
    RESULTS,
  ],
  [
    'the old rows of a session are loaded',
    'ingest/snapshot-statements.ts',
    '...biomarkersOfSessionsStatements(keys.labSessions, owners),',
    '',
    RESULTS,
  ],
  [
    'which rows a session has is stored',
    'ingest/plan.ts',
    '    ...storeLabSessionsStatements(people.flatMap((person) => owned(person, person.changes.labSessions))),\n',
    '',
    RESULTS,
  ],
  [
    'an older event of a session changes nothing',
    SESSIONS,
    'if (known !== undefined && compareOrders(known.newest, newest) > 0) continue;',
    '',
    FOLD_TEST,
  ],
  [
    'a report without results takes what its session said',
    SESSIONS,
    "if (outcome.state === 'parsed') note",
    "if (outcome.state === 'parsed' && uploadId !== null) note",
    FOLD_TEST,
  ],
  [
    'a failure takes no results',
    SESSIONS,
    "if (outcome.state === 'parsed') note",
    'if (outcome.state !== null) note',
    FOLD_TEST,
  ],
  [
    'a later measurement of a body wins whole',
    ROW,
    '{ ...row, loose: [[order, columns]] }',
    '{ ...row, loose: [[order, { ...row.loose[0]?.[1], ...columns }]] }',
    FOLD_TEST,
  ],
  [
    'a number is shown before a text',
    ROW,
    'if ((value ?? null) !== null) return 2;',
    'if ((value ?? null) !== null) return 1;',
    FOLD_TEST,
  ],
  ['a text is shown before nothing', ROW, '(value_text ?? null) === null ? 0 : 1', '0', FOLD_TEST],
  [
    'what an earlier version stored goes with the next event',
    SESSIONS,
    '    dropEarlier(state, own);\n',
    '',
    FOLD_TEST,
  ],
  [
    'what an earlier version stored stays where the event is older',
    ROW,
    'return known === null || isLater ? row',
    'return known === null ? row',
    FOLD_TEST,
  ],
  [
    'a deleted upload leaves the other events of its sessions',
    'labs/without-events.ts',
    'const anew = new Set(gone.flatMap(labContributionsOf).map(sessionOf));',
    'const anew = new Set<string>();',
    DELETE,
  ],
]);
