import type { Mutant } from './mutant.ts';
import { mutants } from './mutant.ts';

/** What strangers may do how often, and what is not kept or said of anybody. */
export const LIMIT_MUTANTS: readonly Mutant[] = [
  ...mutants('strangers', [
    [
      'a network of many addresses is counted as one too',
      'middleware/rate-limit.ts',
      "if (household !== true || !given.includes(':')) return household;",
      'return household;',
      'middleware/rate-limit.test.ts',
    ],
    [
      'polls of an address are limited',
      'routes/device-login.ts',
      '{ ...deviceTokenRoute, middleware: pollLimit }',
      '{ ...deviceTokenRoute }',
      'auth-device.test.ts',
    ],
    [
      'a name has something to see',
      'contract/auth.ts',
      "name.replace(BLANK, '') !== ''",
      'true',
      'auth-device.test.ts',
    ],
  ]),
  ...mutants('secrets', [
    [
      'the address of a connect page is not kept',
      'middleware/idempotency.ts',
      " || path === '/v1/connect'",
      '',
      'connect.test.ts',
    ],
    ...(
      [
        ['busy', ' s`, {', ' s` + arguments[0].text, {'],
        ['away', 'in a minute`', 'in a minute` + arguments[0].text'],
        ['refusing', 'remedy}`);', 'remedy}` + arguments[0].text);'],
      ] as const
    ).map(
      ([how, from, to]) =>
        [
          `Terra’s own words stay with us, where it is ${how}`,
          'routes/terra-refusal.ts',
          from,
          to,
          'routes/terra-refusal.test.ts',
        ] as const,
    ),
  ]),
  {
    guard: 'pages: a list that goes in a circle ends',
    file: 'cli/src/api/every-page.ts',
    from: 'seen.has(next_cursor)',
    to: 'false',
    tests: ['cli/src/api/every-page.test.ts'],
  },
  {
    guard: 'pages: a list without end ends',
    file: 'cli/src/api/every-page.ts',
    from: 'seen.size >= pagesMax',
    to: 'false',
    tests: ['cli/src/api/every-page.test.ts'],
  },
];
