import { type Mutant, mutants } from './mutant.ts';

const ACCOUNT = 'cloud/dev/coverage/coverage.test.ts';
const ASKED = 'cloud/dev/coverage/asked-paths.test.ts';
const MAPPING = 'cloud/dev/coverage/mapping.test.ts';

/** What is said of every field, and that it is said of the code as it is. */
export const COVERAGE_MUTANTS: readonly Mutant[] = [
  {
    guard: 'coverage: a field of which nobody says what becomes of it',
    file: 'cloud/dev/coverage/accounts.ts',
    from: 'accountOf(model, path) === null),',
    to: 'false),',
    tests: [ACCOUNT],
  },
  {
    guard: 'coverage: a path of a rule that no schema has',
    file: 'cloud/src/normalize/daily-rules.ts',
    from: "field('distance_data.steps', AMOUNT)",
    to: "field('distance_data.step', AMOUNT)",
    tests: [ACCOUNT],
  },
  {
    guard: 'coverage: a path beside the rules that is read otherwise than said',
    file: 'cloud/src/normalize/sleep.ts',
    from: "valueAt(sleep.item, 'metadata.is_nap')",
    to: "valueAt(sleep.item, 'metadata.nap')",
    tests: [ASKED],
  },
  {
    guard: 'coverage: a field of a lab result that is read without being said',
    file: 'cloud/src/normalize/lab-result.ts',
    from: 'valueAt(result, paths.time), ',
    to: "valueAt(result, paths.time) ?? valueAt(result, 'biomarker.panel_key'), ",
    tests: [ASKED],
  },
  {
    guard: 'mapping: the document says the ranges of the code',
    file: 'cloud/src/normalize/ranges.ts',
    from: 'SPO2_PERCENT: Range = { low: 50,',
    to: 'SPO2_PERCENT: Range = { low: 40,',
    tests: [MAPPING],
  },
  {
    guard: 'mapping: the document says the factors of the code',
    file: 'cloud/src/normalize/units.ts',
    from: "triglycerides: { 'mmol/L': times(88.57)",
    to: "triglycerides: { 'mmol/L': times(38.67)",
    tests: [MAPPING],
  },
  ...mutants('unknown fields', [
    [
      'of what is known none is named',
      'normalize/unknown-fields.ts',
      'for (const path of [...fieldPaths(KNOWN_FIELDS[model]), ...beyond])',
      'for (const path of fieldPaths(KNOWN_FIELDS[model]))',
      'normalize/unknown-fields.test.ts',
    ],
    [
      'keys of maps are no fields',
      'normalize/unknown-fields.ts',
      "known.get(key) ?? known.get('*')",
      'known.get(key)',
      'normalize/unknown-fields.test.ts',
    ],
    [
      'a key that is no plain name is not repeated',
      'normalize/unknown-fields.ts',
      'PLAIN_NAME.test(key) ? key : OTHER_NAME',
      'key',
      'normalize/unknown-fields.test.ts',
    ],
    [
      'so many of one event',
      'normalize/unknown-fields.ts',
      'if (found.size < UNKNOWN_FIELDS_PER_EVENT_MAX) found',
      'found',
      'normalize/unknown-fields.test.ts',
    ],
    [
      'a replay has nothing new',
      'ingest/plan.ts',
      "verdict.state !== 'normalized' || isReplay",
      "verdict.state !== 'normalized'",
      'unknown-fields.test.ts',
    ],
    [
      'an event that is read anew is not walked through',
      'ingest/prepared-event.ts',
      'seeksUnknownFields ? unknownFields(event.eventType, json) : []',
      'unknownFields(event.eventType, json)',
      'unknown-fields.test.ts',
    ],
    [
      'so many are remembered',
      'store/unknown-fields.ts',
      'where (select count(*) from unknown_fields) < ?3',
      'where ?3 > 0',
      'unknown-fields.test.ts',
    ],
    [
      'those that are remembered are counted on',
      'store/unknown-fields.ts',
      'count = unknown_fields.count + excluded.count',
      'count = excluded.count',
      'unknown-fields.test.ts',
    ],
  ]),
];
