import type { Mutant } from './mutant.ts';

const PACKAGE = ['cli/test/package.test.ts'];
const BUNDLE = 'cli/package/bundle.ts';
const LICENCES = 'cli/package/licences.ts';

/** What somebody installs who has no clone. */
export const PACKAGE_MUTANTS: readonly Mutant[] = [
  {
    guard: 'package: a Node that is too old is told so',
    file: 'cli/package/entry.js',
    from: 'if (isNodeNewEnough()) {',
    to: 'if (NODE_MAJOR_NEEDED > 0) {',
    tests: PACKAGE,
  },
  {
    guard: 'package: any Node can read that it is too old',
    file: BUNDLE,
    from: "format: 'cjs'",
    to: "format: 'esm'",
    tests: PACKAGE,
  },
  {
    guard: 'package: a command reads what it needs alone',
    file: BUNDLE,
    from: 'splitting: true',
    to: 'splitting: false',
    tests: PACKAGE,
  },
  {
    guard: 'package: of package.json only the version is inside',
    file: BUNDLE,
    from: 'plugins: [versionOnly]',
    to: 'plugins: []',
    tests: PACKAGE,
  },
  {
    guard: 'package: npm on an older Node has nothing to warn of',
    file: 'cli/package/make.ts',
    from: 'bin: { amy: ENTRY },',
    to: "bin: { amy: ENTRY }, engines: { node: '>=24' },",
    tests: PACKAGE,
  },
  {
    guard: 'package: the licences are in the tarball',
    file: 'cli/package/make.ts',
    from: '[...PROGRAM_FILES, LICENCES]',
    to: 'PROGRAM_FILES',
    tests: PACKAGE,
  },
  {
    guard: 'package: code without a licence is not packed',
    file: LICENCES,
    from: 'if (texts.length === 0) throw',
    to: 'if (texts.length < 0) throw',
    tests: PACKAGE,
  },
  {
    guard: 'package: what packages carry of others has its licence',
    file: LICENCES,
    from: '...found, ...carried',
    to: '...found',
    tests: PACKAGE,
  },
  {
    guard: 'package: what packages carry of others is not packed without its licence',
    file: LICENCES,
    from: 'if (licence === undefined) throw new Error(',
    to: 'if (licence === undefined) return packageIn(',
    tests: PACKAGE,
  },
  {
    guard: 'package: what was copied by hand into a package has its licence',
    file: LICENCES,
    from: ', ...others.map((holder) => workOf(holder, own))',
    to: '',
    tests: PACKAGE,
  },
];
