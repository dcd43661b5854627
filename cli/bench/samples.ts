import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';
import { lineOf } from '../src/archive/event-line.ts';
import { openArchive } from '../src/archive/folder.ts';
import { appendToMonth } from '../src/archive/months.ts';
import { inTransaction, openMirror } from '../src/mirror/mirror.ts';
import { prepareSchema } from '../src/mirror/schema.ts';
import { recordSync } from '../src/mirror/sync-state.ts';
import { fillSamples } from '../src/samples/fill.ts';
import { A_DAY, DAY_MS, dateOf, dayBody, FIRST_DAY_MS, insertRaw } from './sampled-days.ts';
import { type Spent, startWatch } from './watch.ts';

/** `npm run bench:samples`: an archive of so many samples, read into a file, beside a raw insert of the same rows. */
const { values } = parseArgs({ options: { samples: { type: 'string', default: '2000000' } } });

const OWNER = { server: 'https://amy.example', person: 'user_1' };
const READS = 7;
const OF_YEAR = "from samples where metric = 'heart_rate' and time >= ? and time < ?";

const folder = mkdtempSync(join(tmpdir(), 'amy-bench-'));
try {
  await bench(Math.ceil(Number(values.samples) / A_DAY));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function bench(days: number): Promise<void> {
  const archive = join(folder, 'archive');
  const databasePath = join(folder, 'persona.sqlite');
  openArchive(archive, OWNER);
  await writeArchive(archive, days);
  await makeMirror(databasePath);

  const fill = () => fillSamples({ databasePath, folder: archive, owner: OWNER, onMonth: () => {} });
  const sinceStart = startWatch();
  const { metrics, events } = await fill();
  const filling = sinceStart();
  const sinceFilled = startWatch();
  await fill();
  const fillingAgain = sinceFilled();

  const database = new DatabaseSync(databasePath, { readOnly: true });
  const raw = insertRaw(database, join(folder, 'raw.sqlite'), days);
  const middle = Math.floor(days / 2);
  const aDay = readTimed(database, 'select * from samples where time >= ? and time < ?', middle, middle + 1);
  const aYear = readTimed(database, `select * ${OF_YEAR}`, days - 365, days);
  const means = readTimed(
    database,
    `select substr(time, 1, 10), avg(value) ${OF_YEAR} group by 1`,
    days - 365,
    days,
  );
  database.close();

  const rows = metrics.reduce((all, { samples }) => all + samples, 0);
  const aSecond = ({ wallMs }: Spent) => `${Math.round(rows / wallMs)} thousand rows a second`;
  const megabytes = Math.round(statSync(databasePath).size / 1_000_000);
  console.log(`${rows.toLocaleString('en-US')} samples of ${days} days in ${events} events, a file of ${megabytes} MB
fill                        ${inSeconds(filling)}, ${aSecond(filling)}
raw insert of the same rows ${inSeconds(raw)}, ${aSecond(raw)}
ratio                       ${(filling.wallMs / raw.wallMs).toFixed(2)} (${(filling.cpuMs / raw.cpuMs).toFixed(2)} of CPU)
fill with nothing new       ${inSeconds(fillingAgain)}
a day, all metrics          ${inSeconds(aDay)}, ${aDay.rows} rows
a year of one metric        ${inSeconds(aYear)}, ${aYear.rows} rows
its mean of each day        ${inSeconds(means)}, ${means.rows} rows`);
}

async function writeArchive(archive: string, days: number): Promise<void> {
  let month = '';
  let lines: string[] = [];
  for (let day = 0; day < days; day += 1) {
    const received_at = new Date(FIRST_DAY_MS + day * DAY_MS + DAY_MS - 1).toISOString();
    if (received_at.slice(0, 7) !== month && lines.length > 0) {
      await appendToMonth(archive, month, lines);
      lines = [];
    }
    month = received_at.slice(0, 7);
    const body = Buffer.from(JSON.stringify(dayBody(OWNER.person, day)));
    const about = { id: day + 1, type: 'daily', provider: 'garmin', received_at } as const;
    const event = { ...about, bytes: body.byteLength, sha256: null, outcome: 'normalized' } as const;
    lines.push(JSON.stringify(lineOf(event, body, null)));
  }
  await appendToMonth(archive, month, lines);
}

async function makeMirror(path: string): Promise<void> {
  const database = openMirror(path);
  await inTransaction(database, path, async () => {
    prepareSchema(database);
    const at = new Date(FIRST_DAY_MS).toISOString();
    recordSync(database, { ...OWNER, since: at, finishedAt: at, received: 0, deleted: 0 });
  });
  database.close();
}

/** The middle one of several readings, from one day to another. */
function readTimed(database: DatabaseSync, sql: string, first: number, last: number) {
  const statement = database.prepare(sql);
  const readings = Array.from({ length: READS }, () => {
    const since = startWatch();
    const rows = statement.all(dateOf(first), dateOf(last)).length;
    return { rows, ...since() };
  });
  const middle = readings.toSorted((a, b) => a.cpuMs - b.cpuMs)[Math.floor(READS / 2)];
  if (middle === undefined) throw new Error('nothing was read');
  return middle;
}

function inSeconds({ wallMs, cpuMs }: Spent): string {
  return `${(wallMs / 1_000).toFixed(3)} s (${(cpuMs / 1_000).toFixed(3)} s of CPU)`;
}
