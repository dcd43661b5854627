import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { openCsv } from '../export/csv.ts';
import { writeBundle } from '../export/export-fhir.ts';
import { writeTables } from '../export/export-tables.ts';
import { writeNewFile } from '../export/new-folder.ts';
import { readMirrorCopy } from '../mirror/current-mirror.ts';
import type { DateRange } from '../mirror/days-read.ts';
import { drawReport } from '../report/make-report.ts';
import { type Asked, readReportData } from '../report/report-data.ts';
import { letInterrupt } from '../under-way.ts';
import { readKnown } from './known.ts';
import { BUNDLE, READ_ME, REPORT, TABLES, type ZipPart } from './part-names.ts';
import { readMePage } from './read-me.ts';
import { writeZip } from './zip-file.ts';

export type DoctorZip = {
  readonly range: DateRange;
  readonly bytes: number;
  readonly parts: readonly ZipPart[];
};

type Order = Asked & {
  readonly version: string;
  /** Is told what is made next. */
  readonly onStep: (what: string) => void;
};

/**
 * One zip for whoever treats the person: the report, a FHIR Bundle and the tables as CSV, each as the command of its own
 * writes it for the same days, and a page that says what is in it and what is missing. The same local file at the same
 * moment makes the same bytes. Throws as `readCurrentMirror` and `writeNewFile` do.
 */
export function writeDoctorZip(databasePath: string, path: string, order: Order): Promise<DoctorZip> {
  return writeNewFile(path, async (temporary) => {
    const folder = join(dirname(temporary), 'parts');
    mkdirSync(folder, { mode: 0o700 });
    const { parts, range } = await writeParts(databasePath, folder, order);
    await begin(order, 'packing them');
    const names = parts.map(({ name }) => name);
    await writeZip(temporary, folder, names, range.to);
    return { range, bytes: statSync(temporary).size, parts };
  });
}

async function writeParts(databasePath: string, folder: string, order: Order) {
  const { version } = order;
  const partOf = (name: string, rows: number | null): ZipPart => ({
    name,
    rows,
    bytes: statSync(join(folder, name)).size,
  });
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text, { mode: 0o600, flag: 'wx' });
    return partOf(name, null);
  };
  const { data, known, entries, tables } = await readMirrorCopy(databasePath, (database) =>
    readAll(database, folder, order),
  );
  await begin(order, 'drawing the report');
  const report = await drawReport(data, version);
  const others = [
    write(REPORT, report.html),
    partOf(BUNDLE, entries),
    ...tables.map(({ name, rows }) => partOf(`${TABLES}/${name}`, rows)),
  ];
  return { parts: [write(READ_ME, readMePage(known, others, version)), ...others], range: data.range };
}

/** What the pages tell; the Bundle and the tables are written as they are read. */
async function readAll(database: DatabaseSync, folder: string, order: Order) {
  const { now, version } = order;
  await begin(order, 'reading your data');
  const data = readReportData(database, order);
  const { range } = data;
  const known = readKnown(database, data);
  await begin(order, 'writing the FHIR file');
  const entries = await writeBundle(database, join(folder, BUNDLE), { from: range.from, now, version });
  await begin(order, 'writing the tables');
  mkdirSync(join(folder, TABLES), { mode: 0o700 });
  const tables = await writeTables(
    database,
    { ending: 'csv', open: openCsv },
    join(folder, TABLES),
    range.from,
  );
  return { data, known, entries, tables };
}

async function begin({ onStep }: Order, what: string): Promise<void> {
  onStep(what);
  await letInterrupt();
}
