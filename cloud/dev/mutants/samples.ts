import { type Mutant, mutantsBelow, type OneOff } from './mutant.ts';

const READ = ['cloud/src/normalize/intraday.test.ts'];
const FILLED = ['cli/src/samples/fill.test.ts'];

/** What is read of an event. */
const READING: readonly OneOff[] = [
  [
    'a value that is not plausible is left out',
    'intraday.ts',
    "typeof value === 'number' ? plausible(value, range) : null",
    "typeof value === 'number' ? value : null",
  ],
  [
    'a text is no number',
    'intraday.ts',
    "typeof value === 'number' ? plausible(value, range) : null",
    'plausible(Number(value), range)',
  ],
  [
    'what is left out is counted',
    'intraday.ts',
    'at === null) disbelieved += 1;',
    'at === null) disbelieved += 0;',
  ],
  ['the first of several places counts', 'intraday.ts', 'sources.toReversed()', 'sources'],
  ['an event says one thing of a time', 'intraday.ts', '!times.has(time)', 'time !== null'],
  ['the later item says it', 'intraday.ts', '|| b.order[3] - a.order[3]', '|| a.order[3] - b.order[3]'],
  [
    'a series has a sample',
    'intraday.ts',
    '.filter(({ samples }) => samples.length > 0)',
    '.filter(Boolean)',
  ],
  [
    'a deleted activity gives no samples',
    'intraday.ts',
    'if (revision.deleted) deleted.push',
    'if (kind === item) deleted.push',
  ],
  [
    'what the server refuses is refused',
    'intraday.ts',
    "if ('refused' in day) return day;",
    "if ('refused' in day) return { item: '', order: orderOf(delivered.event, 0), deleted: false };",
  ],
  ['nobody measures in ten years', 'item-time.ts', 'if (!isBelievable(date)) return null;', ''],
  [
    'the offset of a time in UTC is not the person’s',
    'item-time.ts',
    'utcText(time), offsetMinutes: null',
    'utcText(time), offsetMinutes',
  ],
  [
    'a date alone is no moment',
    'time.ts',
    'if (read === null || !read.hasClock) return null;',
    'if (read === null) return null;',
  ],
  ['a stage lasts until the next one', 'sample-rules.ts', '      lasts: true,\n', ''],
  ['a muscle has no SpO2', 'sample-rules.ts', "'type') !== MUSCLE_OXYGEN", "'type') !== undefined"],
  [
    'half a position is none',
    'sample-rules.ts',
    "!pair.every((one) => typeof one === 'number')",
    '!pair.every((one) => one !== undefined)',
  ],
  ['a lap without its own duration lasts to its end', 'sample-rules.ts', ', lapSeconds()] }', '] }'],
  [
    'steps of an activity are apart from those of the day',
    'sample-rules.ts',
    '    activity_steps: {',
    '    steps: {',
  ],
];

/** What the file makes of it. */
const WRITING: readonly OneOff[] = [
  [
    'an older revision does not come back',
    'mirror/sample-writer.ts',
    'if (known !== null && compareOrders(known.order, order) >= 0) return;\n      if (series.lasts)',
    'if (series.lasts)',
  ],
  [
    'a newer revision takes the place of all of an older one',
    'mirror/sample-writer.ts',
    '      if (known !== null) take(source, metric, known);\n',
    '      if (known !== null) sql.forget.run(known.id);\n',
  ],
  [
    'a deletion stays',
    'mirror/sample-writer.ts',
    'compareOrders(deletion.order, order) >= 0',
    'compareOrders(deletion.order, order) > 9',
  ],
  [
    'a deletion takes what is older alone',
    'mirror/sample-writer.ts',
    'stored !== null && compareOrders(stored.order, order) < 0',
    'stored !== null',
  ],
  [
    'the greater order is shown',
    'mirror/sample-writer.ts',
    'compareOrders(owner.order, series.order) > 0',
    'compareOrders(owner.order, series.order) > 9',
  ],
  [
    'what is not shown is kept',
    'mirror/sample-writer.ts',
    '      sql.sink.run(owner.id, metric, time, source);\n',
    '',
  ],
  ['what was beneath comes back', 'mirror/sample-writer.ts', '    sql.raise.run(...within);\n', ''],
  [
    'the best of what was beneath comes back',
    'mirror/sample-writer.ts',
    'order by s.rank desc, s.order_ms desc',
    'order by s.rank, s.order_ms',
  ],
  [
    'what came back is beneath no more',
    'mirror/sample-writer.ts',
    '    sql.takeRaised.run(...within);\n',
    '',
  ],
  [
    'what lies beneath goes with its series',
    'mirror/sample-writer.ts',
    '    sql.takeBeneath.run(...within, stored.id);\n',
    '',
  ],
  [
    'what lasts has its stretch for itself',
    'mirror/sample-writer.ts',
    '      if (series.lasts) return placeLasting(series, known);\n',
    '',
  ],
  ['the greater order has the stretch', 'mirror/sample-writer.ts', "('u')} > $", "('u')} < $"],
  [
    'what a newer revision covers is hidden',
    'mirror/sample-writer.ts',
    '      sql.hide.run(metric, firstTime, lastTime, source);\n',
    '      if (known !== null) sql.hide.run(metric, firstTime, lastTime, source);\n',
  ],
  [
    'what it does not cover any more comes back',
    'mirror/sample-writer.ts',
    'known === null ? [placed] : [known, placed]',
    '[placed]',
  ],
  [
    'two series of an event are told apart',
    'samples/pending.ts',
    'return other !== one && otherFirst <= last && otherLast >= first;',
    'return other === null;',
  ],
  [
    'a month that is read is not read again',
    'samples/fill.ts',
    '.bytes !== sizeOf(folder, file)',
    '.bytes !== -1',
  ],
  [
    'of a month that grew what is new is read',
    'samples/fill.ts',
    'readMonth(options.folder, file, before?.bytes)',
    'readMonth(options.folder, file)',
  ],
  [
    'a month that changed is noticed',
    'samples/fill.ts',
    'if ((await sumOf(join(folder, file), bytes)) !== sha256) return false;',
    '',
  ],
  [
    'a month that is gone is noticed',
    'samples/fill.ts',
    '!files.includes(file) || sizeOf(folder, file) < bytes',
    'files.includes(file) && sizeOf(folder, file) < bytes',
  ],
  ['other rules are noticed', 'samples/fill.ts', 'rules !== SAMPLE_RULES_VERSION || ', ''],
  [
    'what there was goes before all is read anew',
    'samples/fill.ts',
    'if (isAnew) await changeOwnMirror(options, forgetSamples);',
    '',
  ],
  ['another’s file is refused', 'samples/fill.ts', '  refuseOtherOwner(database, owner, path);\n', ''],
  [
    'another server’s file is refused',
    'mirror/sync-state.ts',
    'found.server !== asked.server',
    "found.server === ''",
  ],
  [
    'a file that was never synced is refused',
    'samples/fill.ts',
    '(readOwner(database).server === null)',
    "(readOwner(database).server === '')",
  ],
];

/** What becomes of them meanwhile. */
const KEPT: readonly (readonly [...OneOff, test: string])[] = [
  [
    'what the archive says of devices is kept, too',
    'mirror/kept.ts',
    '    ...asToday(DEVICE_HISTORY_TABLES),\n',
    '',
    'cli/test/sync.test.ts',
  ],
  [
    'a new layout of the rest keeps them',
    'mirror/kept.ts',
    '    ...asToday(SAMPLES_TABLES),\n',
    '',
    'cli/test/sync.test.ts',
  ],
  [
    'those of another layout are not kept',
    'mirror/kept.ts',
    'currentLayout().get(name)?.sql) ? tables : [];',
    'currentLayout().get(name)?.sql) ? tables : tables;',
    'cli/test/sync.test.ts',
  ],
  [
    'they go where their person was not known',
    'mirror/sync.ts',
    'if (person !== null && readOwner(database).person === null) forgetArchived(database);',
    '',
    'cli/test/sync.test.ts',
  ],
  [
    'no archive is fetched for a file that cannot take them',
    'commands/archive.ts',
    'filling?.refuseStrangeMirror(context.databasePath, owner);',
    '',
    'cli/test/command-archive.test.ts',
  ],
  [
    'the time that orders an event is kept',
    'archive/event-line.ts',
    '...(ordered_at !== undefined && { ordered_at }),',
    '',
    'cli/src/samples/fill.test.ts',
  ],
  [
    'what was sent later is the later one',
    'archive/stored-event.ts',
    'line.ordered_at === undefined ? receivedMs : Date.parse(line.ordered_at)',
    'receivedMs',
    'cli/src/samples/fill.test.ts',
  ],
];

/** A person's samples are what their archive says, each once. */
export const SAMPLE_MUTANTS: readonly Mutant[] = [
  ...READING.map((off) => mutantsBelow('cloud/src/normalize', 'samples', READ)(...off)),
  ...WRITING.map((off) => mutantsBelow('cli/src', 'samples', FILLED)(...off)),
  ...KEPT.map(([guard, file, from, to, test]) =>
    mutantsBelow('cli/src', 'samples kept', [test])(guard, file, from, to),
  ),
];
