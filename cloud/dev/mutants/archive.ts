import { type Mutant, mutantsBelow, type OneOff } from './mutant.ts';

const TESTS = ['cli/test/command-archive.test.ts'];

const SWITCHED_OFF: readonly OneOff[] = [
  ['text that does not give the same bytes is none', 'event-line.ts', 'fatal: true, ', ''],
  ['a mark of byte order is kept', 'event-line.ts', ', ignoreBOM: true', ''],
  ['a line is what its hash says', 'event-line.ts', '.every(isWhole)', '.every(Boolean)'],
  ['a line ends at a line feed alone', 'months.ts', ".split('\\n')", '.split(/[\\n\\u2028]/)'],
  [
    'a body that is not what the list says is not kept',
    'events.ts',
    "if (!isRight(own)) return 'mismatched';",
    '',
  ],
  ['a body that is not what the list says is told', 'archive.ts', 'if (ids.length === 0) return;', 'return;'],
  ['what a link led to is kept', 'events.ts', 'event.type === LINK_TYPE ? first : null', 'null'],
  ['what is here is not fetched again', 'events.ts', '!here.has(keyOf(one)) && ', ''],
  ['an id alone is no key', 'events.ts', "[id, sha256 ?? ''].join", '[id].join'],
  [
    'what came before an error is kept',
    'events.ts',
    '    await batch.flush();\n  }\n  return { fetched',
    '  }\n  return { fetched',
  ],
  ['batches are written meanwhile', 'events.ts', 'lines.length >= ARCHIVE_BATCH_EVENTS', 'lines.length < 0'],
  ['sums follow each write', 'events.ts', '    await noteSum(folder, monthFile(month));\n', ''],
  [
    'sums follow an erasure',
    'archive.ts',
    'await eraseLabs(folder, labs.gone);\n    await writeSums(folder, keptSums(folder));',
    'await eraseLabs(folder, labs.gone);',
  ],
  [
    'nothing is erased unasked',
    'archive.ts',
    'gone.events + gone.labs > 0 && (await options.mayErase(gone))',
    'gone.events + gone.labs > 0',
  ],
  [
    'what is new has its sums before the question',
    'archive.ts',
    '  await writeSums(folder, keptSums(folder));\n  const gone',
    '  if (events.gone.size === 0) await writeSums(folder, keptSums(folder));\n  const gone',
  ],
  [
    'a damaged report keeps the sum that it had',
    'sums.ts',
    'known.get(file) ?? (await sumOf(join(folder, file)))',
    'await sumOf(join(folder, file))',
  ],
  ['a damaged report is named', 'archive.ts', '  refuseDamagedLabs(folder);\n', ''],
  ['what is erased there goes from its month', 'events.ts', 'if (found > 0) await', 'if (found < 0) await'],
  [
    'a report that is erased there goes',
    'labs.ts',
    "  for (const name of gone) rmSync(join(folder, 'labs', name), { force: true });\n",
    '',
  ],
  [
    'a folder with something else is refused',
    'folder.ts',
    '  if (foreign === undefined) return true;',
    '  if (foreign !== null) return true;',
  ],
  [
    'an archive of another person is refused',
    'folder.ts',
    'found.data.person !== person) {',
    'found.data.person === undefined) {',
  ],
  [
    'an archive of another server is refused',
    'folder.ts',
    'found.data.server !== server',
    "found.data.server === ''",
  ],
  ['one writes at a time', 'folder.ts', 'return process.kill(pid, 0);', 'return false;'],
  [
    'a lock of nobody is none',
    'folder.ts',
    '  } catch {\n    return false;\n  }\n}\n\n/** The file as a whole',
    '  } catch {\n    return true;\n  }\n}\n\n/** The file as a whole',
  ],
  [
    'half a file is cleaned away',
    'folder.ts',
    'if (PART.test(name)) rmSync(join(path, name));',
    'if (name === path) rmSync(path);',
  ],
  [
    'only who is alone cleans',
    'folder.ts',
    '  if (!isUnused(folder)) refuseOtherOwner(folder, owner);\n',
    '  if (!isUnused(folder)) refuseOtherOwner(folder, owner);\n  if (existsSync(folder)) removeParts(folder);\n',
  ],
  [
    'a server that gives no answer binds no folder',
    'archive.ts',
    '  openArchive(folder, owner);\n',
    '  openArchive(folder, owner);\n  await bindArchive(folder, owner);\n',
  ],
  [
    'a server that answers binds the folder',
    'archive.ts',
    '  await bindArchive(folder, owner);\n  const total',
    '  const total',
  ],
  [
    'who comes second does not bind the folder anew',
    'folder.ts',
    '  if (!isUnused(folder)) return refuseOtherOwner(folder, owner);\n',
    '',
  ],
  ['files are private', 'folder.ts', "openSync(temporary, 'wx', 0o600)", "openSync(temporary, 'wx', 0o644)"],
  ['folders are private', 'folder.ts', 'chmodSync(path, 0o700);', 'chmodSync(path, 0o755);'],
];

/** The person's own bytes are whole, theirs alone, and gone when they say so. */
export const ARCHIVE_MUTANTS: readonly Mutant[] = SWITCHED_OFF.map((off) =>
  mutantsBelow('cli/src/archive', 'archive', TESTS)(...off),
);
