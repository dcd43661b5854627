import { type Mutant, mutants } from './mutant.ts';

const REFERENCE = 'reference.test.ts';

/** What a browser sees. */
export const PAGE_MUTANTS: readonly Mutant[] = [
  ...mutants('pages', [
    [
      'a monitor is told ok',
      'routes/webhook.ts',
      "c.req.header('accept')?.includes('text/html') ?? false",
      "c.req.header('accept') !== 'nothing'",
      REFERENCE,
    ],
    [
      'a browser is told where it is',
      'routes/webhook.ts',
      "c.req.header('accept')?.includes('text/html') ?? false",
      "c.req.header('accept') === 'nothing'",
      REFERENCE,
    ],
    [
      'the addresses of the webhook have no page',
      'routes/webhook.ts',
      "path === '/' && wantsPage(c)",
      'wantsPage(c)',
      REFERENCE,
    ],
    ['no cache takes the page for ok', 'routes/pages.ts', "c.header('Vary', 'Accept');", '', REFERENCE],
    [
      'what every call can answer is told once',
      'reference/page.ts',
      '([status, response]) => !isOfEveryCall(status, response),',
      '() => true,',
      REFERENCE,
    ],
    ['every call has its group', 'reference/groups.ts', "calls: ['delete /v1/me'],", 'calls: [],', REFERENCE],
    [
      'an example is one that the call takes',
      'reference/examples.ts',
      '{ days: 365 }',
      '{ day: 365 }',
      REFERENCE,
    ],
  ]),
  {
    guard: 'pages: the local sign-in looks as the others',
    file: 'cloud/dev/identity/sign-in-page.ts',
    from: '{PAGE_STYLE}</style>',
    to: "{''}</style>",
    tests: ['cloud/dev/identity/issuer.test.ts'],
  },
];
