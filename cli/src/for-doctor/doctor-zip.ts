import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { openCsv } from '../export/csv.ts';
import { writeBundle } from '../export/export-fhir.ts';
import { writeTables } from '../export/export-tables.ts';
import { writeNewFile } from '../export/new-folder.ts';
import { drawReport } from '../report/make-report.ts';
import { type Asked, readReportData } from '../report/report-data.ts';
import { letInterrupt } from '../terminal/interrupts.ts';
import { readKnown } from './known.ts';
import { BUNDLE, READ_ME, REPORT, TABLES, type ZipPart } from './part-names.ts';
import { readMePage } from './read-me.ts';
import { writeZip } from './zip-file.ts';

export type DoctorZip = { readonly bytes: number; readonly parts: readonly ZipPart[] };

type Order = Asked & {
  readonly version: string;
  /** Is told what is made next. */
  readonly onStep: (what: string) => void;
};

/**
 * One zip for whoever treats the person: the report, a FHIR Bundle and the tables as CSV, each as the command of its own
 * writes it for the same days, and a page that says what is in it and what is missing. The same local file at the same
 * moment makes the same bytes. Throws as `writeNewFile` does.
 */
export function writeDoctorZip(database: DatabaseSync, path: string, order: Order): Promise<DoctorZip> {
  return writeNewFile(path, async (temporary) => {
    const folder = join(dirname(temporary), 'parts');
    mkdirSync(folder, { mode: 0o700 });
    const { parts, today } = await writeParts(database, folder, order);
    await begin(order, 'packing them');
    const names = parts.map(({ name }) => name);
    await writeZip(temporary, folder, names, today);
    return { bytes: statSync(temporary).size, parts };
  });
}

async function writeParts(database: DatabaseSync, folder: string, order: Order) {
  const { now, version } = order;
  await begin(order, 'reading your data');
  const data = readReportData(database, order);
  const { today, range } = data;
  const known = readKnown(database, data);
  await begin(order, 'drawing the report');
  const report = await drawReport(data, version);
  const partOf = (name: string, rows: number | null): ZipPart => ({
    name,
    rows,
    bytes: statSync(join(folder, name)).size,
  });
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text, { mode: 0o600, flag: 'wx' });
    return partOf(name, null);
  };
  const ofReport = write(REPORT, report.html);
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
  const others = [
    ofReport,
    partOf(BUNDLE, entries),
    ...tables.map(({ name, rows }) => partOf(`${TABLES}/${name}`, rows)),
  ];
  const ofReadMe = write(READ_ME, readMePage(known, others, version));
  return { parts: [ofReadMe, ...others], today };
}

async function begin({ onStep }: Order, what: string): Promise<void> {
  onStep(what);
  await letInterrupt();
}
