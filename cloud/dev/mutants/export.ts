import { type Mutant, mutantsBelow } from './mutant.ts';

const TESTS = ['cli/test/command-export.test.ts', 'cli/test/command-export-fhir.test.ts'];

const ofDoctor = mutantsBelow('cli/src', 'export doctor', ['cli/test/command-export-doctor.test.ts']);

const mutant = mutantsBelow('cli/src', 'export', TESTS);

/** What an export writes, where to, and of which days. */
export const EXPORT_MUTANTS: readonly Mutant[] = [
  mutant(
    'a spreadsheet runs no text',
    'export/csv.ts',
    'csvField(isFormula(cell) ?',
    "csvField(cell === '=' ?",
  ),
  mutant(
    'a number with a sign stays one',
    'export/csv.ts',
    '/^[=+\\-@\\t\\r]/.test(text) && ',
    "/^[=+\\-@\\t\\r]/.test(text) || text === '' && ",
  ),
  mutant('an empty text is not unknown', 'terminal/csv-field.ts', "text === '' || ", ''),
  mutant(
    'Parquet has whole numbers as such',
    'export/parquet.ts',
    "integer: { type: 'INT64' }",
    "integer: { type: 'DOUBLE' }",
  ),
  mutant(
    'no more rows are held than a group has',
    'export/parquet.ts',
    'held.length >= EXPORT_ROW_GROUP',
    'held.length < 0',
  ),
  mutant(
    'nothing is overwritten',
    'export/new-folder.ts',
    'if (readdirSync(path).length > 0)',
    'if (readdirSync(path).length < 0)',
  ),
  mutant(
    'what was not finished goes',
    'export/new-folder.ts',
    '    rmSync(room, { recursive: true, force: true });',
    '',
  ),
  mutant(
    'only its owner reads it',
    'export/new-folder.ts',
    'mkdirSync(folder, { mode: 0o700 })',
    'mkdirSync(folder, { mode: 0o755 })',
  ),
  mutant(
    'a workout is of the date where it began',
    'mirror/export-tables.ts',
    'then coalesce(utc_offset_minutes, 0) else',
    'then 0 else',
  ),
  mutant(
    'a sleep is of the date of waking up',
    'mirror/export-tables.ts',
    "dateAt('end_time')",
    "dateAt('start_time')",
  ),
  mutant(
    'days are cut',
    'mirror/export-tables.ts',
    'from !== null && date !== null',
    'from !== null && date === null',
  ),
  mutant(
    'today is that of the person',
    'commands/export.ts',
    'readTimeZone(database, machineTimeZone())',
    "'UTC'",
  ),
  mutant(
    'no file is overwritten',
    'export/new-folder.ts',
    'if (!existsSync(path)) return;\n  throw',
    'if (path) return;\n  throw',
  ),
  mutant(
    'a bound is no exact value',
    'export/fhir/observation.ts',
    '...(operator === null ? {} : { comparator: operator })',
    '...(operator === null ? {} : {})',
  ),
  mutant(
    'a unit is UCUM only where that is known',
    'export/fhir/observation.ts',
    'unit !== null && isUcum',
    'unit !== null || isUcum',
  ),
  mutant(
    'a moment without its offset is a date',
    'export/fhir/observation.ts',
    '(Z|[+-]\\d\\d:\\d\\d)$/',
    '/',
  ),
  mutant(
    'a code is LOINC only in the form of one',
    'export/fhir/labs.ts',
    '/^\\d{1,7}-\\d$/.test(result.loinc)',
    "result.loinc !== ''",
  ),
  mutant(
    'RMSSD has no code of SDNN',
    'export/fhir/codes.ts',
    "return method === 'rmssd' ? RMSSD",
    "return method === 'rmssd' ? SDNN",
  ),
  mutant(
    'numbers of two measurements are no blood pressure',
    'export/fhir/body.ts',
    ' && systolic.measured_at === diastolic.measured_at',
    '',
  ),
  mutant('each value has its provenance', 'export/fhir/bundle.ts', 'known.ids.push(resource.id);', ''),
  ofDoctor(
    'what another export wrote meanwhile stays',
    'export/new-folder.ts',
    '    linkSync(temporary, path);\n  } catch {\n    refuse(path);\n    renameSync(temporary, path);\n',
    '    renameSync(temporary, path);\n  } catch {\n',
  ),
  ofDoctor(
    'what came to the name of a saved file meanwhile stays',
    'commands/save-file.ts',
    'if (guard === null) renameSync',
    'if (path) renameSync',
  ),
  ofDoctor('Ctrl-C leaves nothing behind', 'export/new-folder.ts', 'clearing([room], ', 'clearing([], '),
  ofDoctor(
    'its days are those of a report',
    'commands/export.ts',
    'format === DOCTOR ? [REPORT_DAYS_LEAST, REPORT_DAYS_MOST] : ',
    '',
  ),
  ofDoctor(
    'the same file of the same moment has the same ids',
    'export/fhir/ids.ts',
    'now.toISOString()]',
    'now.toISOString(), Math.random()]',
  ),
  ofDoctor(
    'what is packed is dated by the day',
    'for-doctor/zip-file.ts',
    'new ZipDeflate(name, { level: 6 }), { mtime }',
    'new ZipDeflate(name, { level: 6 })',
  ),
  ofDoctor(
    'all parts are of the same days',
    'for-doctor/doctor-zip.ts',
    '{ from: range.from, now, version }',
    '{ from: null, now, version }',
  ),
  ofDoctor(
    'days of a source are those asked for',
    'mirror/reading/known-days.ts',
    'where datetime between ? and ?',
    'where datetime <= max(?, ?)',
  ),
  ofDoctor(
    'each source counts what it knows itself',
    'mirror/reading/known-days.ts',
    '=> `count(',
    '=> `sum(1 or ',
  ),
  ofDoctor(
    'older results are told of and not listed',
    'for-doctor/known.ts',
    'date >= range.from',
    "date >= ''",
  ),
];
