import { type Mutant, mutants } from './mutant.ts';

const PAGE = 'console-page.test.ts';

/** The operator's page. */
export const CONSOLE_MUTANTS: readonly Mutant[] = [
  {
    guard: 'console: what was left says nothing beside a receipt',
    file: 'cloud/src/console/acts.browser.js',
    from: "view.isConnected && actor.closest('[hidden]') === null",
    to: 'view.isConnected',
    tests: ['cloud/dev/flow/flow.test.ts'],
  },
  ...mutants('console', [
    ['only the page is open', 'routes/pages.ts', "pages.get('/admin'", "pages.all('/admin'", PAGE],
    [
      'a text is never markup',
      'console/dom.browser.js',
      'element.replaceChildren(...shown.map((piece) => (piece instanceof Node ? piece : String(piece))));',
      "element.innerHTML = shown.join('');",
      PAGE,
    ],
    [
      'the key goes with the tab',
      'console/api.browser.js',
      'sessionStorage.setItem',
      'localStorage.setItem',
      PAGE,
    ],
    [
      'its files are one module',
      'console/console-script.ts',
      "file.replace(/^import [^;]*;\\n/gm, '')",
      'file',
      PAGE,
    ],
    [
      'none of its files stands before what it imports',
      'console/console-script.ts',
      '  dom,\n  told,\n',
      '  told,\n',
      PAGE,
    ],
    ['an hour begins at its first moment', 'store/ids-at-times.ts', '>= time', '> time', 'stats.test.ts'],
    [
      'how much came is found by halving',
      'store/ids-at-times.ts',
      'where id >= (lo + hi) / 2 order by id limit 1',
      'where +id >= (lo + hi) / 2 order by +id limit 1',
      'stats.test.ts',
    ],
  ]),
  {
    guard: 'console: nobody is erased by a press alone',
    file: 'cloud/src/console/wipe.browser.js',
    from: 'if (typed.value !== id) {',
    to: 'if (typed.value === null) {',
    tests: ['cloud/dev/flow/flow.test.ts'],
  },
  {
    guard: 'console: a wrong key is not kept',
    file: 'cloud/src/console/acts.browser.js',
    from: 'if (error instanceof Refused && error.status === 401) return keyDoor.refuse();',
    to: '',
    tests: ['cloud/dev/flow/flow.test.ts'],
  },
];
