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
      'reference/call-section.ts',
      '([status, response]) => !isOfEveryCall(status, response),',
      '() => true,',
      REFERENCE,
    ],
    ['every call has its group', 'reference/groups.ts', "calls: ['delete /v1/me'],", 'calls: [],', REFERENCE],
    [
      'a search finds by every word',
      'reference/calls.ts',
      'words.every((word)',
      'words.some((word)',
      REFERENCE,
    ],
    [
      'a search finds no call by what holds for all',
      'reference/calls.ts',
      '.filter(([status, response]) => !isOfEveryCall(status, response));',
      '.filter(() => true);',
      REFERENCE,
    ],
    [
      'a line to paste has the key of its side',
      'reference/curl.ts',
      "path.startsWith('/admin')",
      "path.startsWith('/v1')",
      REFERENCE,
    ],
    [
      'a line to paste has one word for a text',
      'reference/curl.ts',
      'text.replaceAll("\'", "\'\\\\\'\'")',
      'text',
      REFERENCE,
    ],
    [
      'an answer that is shown has what has to be there',
      'reference/sample.ts',
      'properties.filter(([name]) => required.has(name))',
      'properties.slice(0, 1)',
      REFERENCE,
    ],
    ['the page may ask this server alone', 'routes/reference.ts', ', searches: true', '', REFERENCE],
    ['a search is cut', 'routes/reference.ts', '.slice(0, REFERENCE_SEARCH_CHARS_MAX)', '', REFERENCE],
    [
      'a look has no colour of its own',
      'console/console-style.ts',
      'background: var(--danger);',
      'background: #a8201a;',
      REFERENCE,
    ],
    ['every page says whose it is', 'pages/frame.ts', '<span>on ', '<span>', REFERENCE],
    [
      'the console says whose it is',
      'console/console-page.tsx',
      'console <span>on {host}</span>',
      'console',
      REFERENCE,
    ],
    [
      'an example is one that the call takes',
      'reference/examples.ts',
      '{ days: 365 }',
      '{ day: 365 }',
      REFERENCE,
    ],
  ]),
  {
    guard: 'pictures: none is larger than the README bears',
    file: 'cloud/dev/pictures/picture.ts',
    from: 'PICTURE_BYTES_MAX = 60_000',
    to: 'PICTURE_BYTES_MAX = 10_000',
    tests: ['cloud/dev/pictures/pictures.test.ts'],
  },
  {
    guard: 'pages: the local sign-in looks as the others',
    file: 'cloud/dev/identity/sign-in-page.ts',
    from: '{PAGE_STYLE}</style>',
    to: "{''}</style>",
    tests: ['cloud/dev/identity/issuer.test.ts'],
  },
];
