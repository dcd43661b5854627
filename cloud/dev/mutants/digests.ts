import { mutants } from './mutant.ts';

const TEST = 'digest.test.ts';

/** A digest is of all of a person's rows of a month, of one moment, and finds every difference. */
export const DIGEST_MUTANTS = mutants('digest', [
  ['a real to its last bit', 'contract/digest.ts', '* (1 << 62)', '* 1000000', TEST],
  [
    'nothing is not the empty text',
    'contract/digest.ts',
    "is null then '-' else",
    "is null then '' else",
    TEST,
  ],
  [
    'rows that change meanwhile are read anew',
    'store/digests.ts',
    'if (clock !== null && page.clock !== clock) return null;',
    '',
    TEST,
  ],
  [
    'it ends where they change all the while',
    'routes/digests.ts',
    'if (found === null) {',
    'if (false) {',
    TEST,
  ],
  [
    'every page is read',
    'store/digests.ts',
    'if (last === undefined || rows.length < limit || key.length === 0) return null;',
    'if (last !== undefined || key.length === 0) return null;',
    TEST,
  ],
  ['of the month alone', 'store/digests.ts', 'if (month !== null) {', 'if (false) {', TEST],
  [
    'a month is found by seeking',
    'store/digests.ts',
    'if (dated !== null && key.includes(dated)) {',
    'if (dated === null) {',
    TEST,
  ],
]);
