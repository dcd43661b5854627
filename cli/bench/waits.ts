import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { figureOf, type Measured } from '../../cloud/bench/rounds.ts';
import { DIGEST_TABLES, type Digest, digestColumns } from '../../cloud/src/contract/digest.ts';
import { SYNCED_TABLES, type SyncedTableName } from '../../cloud/src/contract/tables.ts';
import { digestsOf } from '../src/mirror/digests.ts';
import { syncMirror } from '../src/mirror/sync.ts';
import { readSyncState } from '../src/mirror/sync-state.ts';
import { verifyMirror } from '../src/mirror/verify.ts';
import { type CopyTurn, measureCopies } from './copies.ts';
import { fourYears, pagesOf, type Rows } from './recorded-pages.ts';
import { A_DAY, dayBody } from './sampled-days.ts';
import { type Served, servePerson } from './served-person.ts';
import { type Spent, startWatch } from './watch.ts';

const AMY = fileURLToPath(new URL('../bin/amy.js', import.meta.url));
const PERSON = 'user_1';
const TOKEN = `e30.${Buffer.from(JSON.stringify({ sub: PERSON })).toString('base64url')}.e30`;

/** What a person waits for, beside its floor. The CPU of what starts a process of its own is not known. */
export type Wait = { readonly scene: string; readonly measured: ReadonlyMap<string, Measured> };

export type Waits = {
  readonly rows: number;
  readonly pages: number;
  readonly bytes: number;
  readonly requestsWithoutNews: number;
  readonly waits: readonly Wait[];
};

/**
 * A first sync of recorded pages, one of a day, a verify, an archive and its samples, each beside the transfer of the same bytes and
 * a bulk insert of the same rows, a sync without news, and the start of `amy`, in turns of one run, so that what else the machine does falls on all.
 * The short form archives a tenth of the events.
 */
export async function measureWaits(turns: number, isShort = false): Promise<Waits> {
  const folder = mkdtempSync(join(tmpdir(), 'amy-bench-'));
  const rows = fourYears();
  const pages = pagesOf(rows);
  const events = eventBodies(rows, isShort);
  const [[nothing = ''], [aDay = '']] = [pagesOf({}), pagesOf(lastDay(rows))];
  const served = await servePerson({ pages, aDay, nothing, events });
  try {
    const syncs = await measureSyncs({ folder, rows, pages, aDay, served, turns });
    const copies = await measureArchive({ folder, served, events, turns });
    served.forget();
    await sync(served.url, join(folder, 'mirror-0.sqlite'));
    const requestsWithoutNews = served.requests();
    return {
      rows: Object.values(rows).reduce((total, some) => total + some.length, 0),
      pages: pages.length,
      bytes: pages.reduce((total, page) => total + Buffer.byteLength(page), 0),
      requestsWithoutNews,
      waits: [...syncs, ...copies, ...(await measureStarts(folder, served.url, turns))],
    };
  } finally {
    served.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** In small, of that many events one. */
const SHORT_FORM_PART = 10;
/** Days that come with what was measured inside of them: 213,000 samples. */
const SAMPLED_DAYS = 120;
const SMALL_EVENT_BYTES = 2_000;
const ARCHIVE_TURNS_MAX = 3;

/** An event of each day, activity and sleep, as devices send them; their scale sends its own, which are not among them. */
function eventBodies(
  { daily_summary = [], activities = [], sleep_sessions = [] }: Rows,
  isShort: boolean,
): readonly Buffer[] {
  const count = daily_summary.length + activities.length + sleep_sessions.length;
  const length = isShort ? Math.round(count / SHORT_FORM_PART) : count;
  return Array.from({ length }, (_, place) =>
    Buffer.from(
      JSON.stringify(
        place < SAMPLED_DAYS
          ? dayBody(PERSON, place)
          : { type: 'activity', data: [], note: 'x'.repeat(SMALL_EVENT_BYTES), place },
      ),
    ),
  );
}

/** What a person's devices say in a day. */
function lastDay(rows: Rows): Rows {
  return {
    daily_summary: rows.daily_summary?.slice(-3) ?? [],
    activities: rows.activities?.slice(-2) ?? [],
    sleep_sessions: rows.sleep_sessions?.slice(-4) ?? [],
    biomarkers_raw: rows.biomarkers_raw?.slice(-24) ?? [],
  };
}

type Syncs = {
  readonly folder: string;
  readonly rows: Rows;
  readonly pages: readonly string[];
  readonly aDay: string;
  readonly served: Served;
  readonly turns: number;
};

async function measureSyncs({ folder, rows, pages, aDay, served, turns }: Syncs): Promise<readonly Wait[]> {
  const { url } = served;
  const names = ['floor', 'first', 'again', 'day', 'dayFloor', 'verify', 'verifyFloor'] as const;
  const spent = new Map<string, Spent[]>(names.map((name) => [name, []]));
  const measure = async (name: (typeof names)[number], work: () => Promise<void>) =>
    void spent.get(name)?.push(await timed(work));
  const fetched = async (path: string) => void (await (await fetch(url + path)).arrayBuffer());
  for (let turn = 0; turn < turns; turn += 1) {
    const mirror = join(folder, `mirror-${turn}.sqlite`);
    const floor = join(folder, `floor-${turn}.sqlite`);
    await measure('floor', async () => {
      for (const n of pages.keys()) await fetched(`/v1/sync?cursor=page-${n}`);
      insert(rows, floor);
    });
    await measure('first', () => sync(url, mirror));
    await measure('again', () => sync(url, mirror));
    served.setDigest(digestOf(mirror));
    await measure('verifyFloor', async () => {
      await fetched('/v1/sync?since=now');
      await fetched('/v1/digest');
      insert(rows, join(folder, 'verify-floor.sqlite'));
    });
    rmSync(join(folder, 'verify-floor.sqlite'));
    await measure('verify', () => verify(url, mirror));
    served.tellADay(true);
    await measure('dayFloor', async () => {
      await fetched('/v1/sync?since=now');
      insert(lastDay(rows), floor);
    });
    await measure('day', () => sync(url, mirror));
    served.tellADay(false);
  }
  const of = (name: (typeof names)[number]) => measuredOf(spent.get(name) ?? []);
  const beside = (scene: string, own: (typeof names)[number], floor: (typeof names)[number]): Wait => ({
    scene,
    measured: new Map([
      ['amy', of(own)],
      ['transfer and bulk insert', of(floor)],
    ]),
  });
  return [
    beside('amy: first sync of four years', 'first', 'floor'),
    { scene: 'amy: sync without news', measured: new Map([['amy', of('again')]]) },
    beside(`amy: sync of one day (${Buffer.byteLength(aDay)} bytes)`, 'day', 'dayFloor'),
    beside('amy: verify of four years', 'verify', 'verifyFloor'),
  ];
}

function digestOf(path: string): Digest {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const tables = DIGEST_TABLES.map((table) => [
      table,
      { columns: digestColumns(table), months: digestsOf(database, table) },
    ]);
    return { now: readSyncState(database).since ?? '', tables: Object.fromEntries(tables) };
  } finally {
    database.close();
  }
}

type Archives = {
  readonly folder: string;
  readonly served: Served;
  readonly events: readonly Buffer[];
  readonly turns: number;
};

async function measureArchive({ folder, served, events, turns }: Archives): Promise<readonly Wait[]> {
  const copied = { folder, served, events, token: TOKEN, person: PERSON, sampledDays: SAMPLED_DAYS };
  const mirror = join(folder, 'mirror-0.sqlite');
  const told: CopyTurn[] = [];
  for (let turn = 0; turn < Math.min(turns, ARCHIVE_TURNS_MAX); turn += 1)
    told.push(await measureCopies({ ...copied, mirror }));
  const beside = (scene: string, own: keyof CopyTurn, floor: keyof CopyTurn, name: string): Wait => ({
    scene,
    measured: new Map([
      ['amy', measuredOf(told.map((turn) => turn[own]))],
      [name, measuredOf(told.map((turn) => turn[floor]))],
    ]),
  });
  const samples = SAMPLED_DAYS * A_DAY;
  return [
    beside(`amy: archive of ${events.length} events`, 'archive', 'archiveFloor', 'transfer and bulk insert'),
    beside(`amy: ${samples} samples out of it`, 'samples', 'samplesFloor', 'reading and bulk insert'),
  ];
}

/** The tables with their keys, and nothing else of a mirror. */
function insert(all: Rows, path: string): void {
  const database = new DatabaseSync(path);
  database.exec('begin');
  for (const name of Object.keys(all) as SyncedTableName[]) {
    const { columns, key } = SYNCED_TABLES[name];
    const names = [...Object.keys(columns), 'updated_at'];
    database.exec(`create table if not exists ${name} (${names.join()}, primary key (${key.join()}))`);
    const statement = database.prepare(
      `insert or replace into ${name} values (${names.map(() => '?').join()})`,
    );
    for (const row of all[name] ?? []) statement.run(...names.map((column) => row[column] ?? null));
  }
  database.exec('commit');
  database.close();
}

async function sync(url: string, databasePath: string): Promise<void> {
  await syncMirror({ url, token: TOKEN, databasePath });
}

async function verify(url: string, databasePath: string): Promise<void> {
  const { differences } = await verifyMirror({ url, token: TOKEN, databasePath });
  if (differences.length > 0) throw new Error('the mirror is not what was served');
}

/** Each a process of its own; the last one syncs with nothing new. */
async function measureStarts(folder: string, url: string, turns: number): Promise<readonly Wait[]> {
  const mirror = join(folder, 'mirror-0.sqlite');
  const bare = ['-e', '0'];
  const commands: Readonly<Record<string, readonly string[]>> = {
    'amy --version': [AMY, '--version'],
    'amy status': [AMY, 'status', '--db', mirror],
    'amy sync without news': [AMY, 'sync', '--db', mirror, '--url', url],
  };
  const floors: number[] = [];
  const times = new Map<string, number[]>(Object.keys(commands).map((name) => [name, []]));
  for (let turn = 0; turn < turns; turn += 1) {
    floors.push(await started(bare, folder));
    for (const [name, argv] of Object.entries(commands)) times.get(name)?.push(await started(argv, folder));
  }
  const wall = (values: readonly number[]): Measured => ({ wallMs: figureOf(values), cpuMs: null });
  return [...times].map(([name, some]) => ({
    scene: `start of ${name}`,
    measured: new Map([
      ['amy', wall(some)],
      ['node -e 0', wall(floors)],
    ]),
  }));
}

/** Milliseconds until the process ended. A person who is not signed in asks no server. */
async function started(argv: readonly string[], folder: string): Promise<number> {
  const AMY_TOKEN = argv.includes('sync') ? TOKEN : '';
  const env = { ...process.env, AMY_HOME: folder, AMY_TOKEN };
  const begun = performance.now();
  const [code] = await once(spawn(process.execPath, argv, { env, stdio: 'ignore' }), 'exit');
  if (code !== 0) throw new Error(`${argv.join(' ')} ended with ${code}`);
  return performance.now() - begun;
}

async function timed(work: () => Promise<void>): Promise<Spent> {
  const spent = startWatch();
  await work();
  return spent();
}

function measuredOf(spent: readonly Spent[]): Measured {
  return {
    wallMs: figureOf(spent.map(({ wallMs }) => wallMs)),
    cpuMs: figureOf(spent.map(({ cpuMs }) => cpuMs)),
  };
}
