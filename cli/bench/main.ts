import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { figureOf } from '../../cloud/bench/rounds.ts';
import { SYNCED_TABLES, type SyncedTableName } from '../../cloud/src/contract/tables.ts';
import { syncMirror } from '../src/mirror/sync.ts';
import { fourYears, pagesOf, type Rows } from './recorded-pages.ts';
import { startWatch } from './watch.ts';

/**
 * How long a person waits: `npm run bench:sync` compares a first sync of recorded pages with the transfer of the same bytes
 * and a bulk insert of the same rows, a sync without news, and the start of `amy`, each with its floor, in turns of one run,
 * so that what else the machine does falls on both.
 */

const TURNS = 7;
const AMY = fileURLToPath(new URL('../bin/amy.js', import.meta.url));
const TOKEN = `e30.${Buffer.from('{"sub":"user_1"}').toString('base64url')}.e30`;

const folder = mkdtempSync(join(tmpdir(), 'amy-bench-'));
const rows = fourYears();
const pages = pagesOf(rows);
const [nothing = ''] = pagesOf({});
let requests = 0;
const server = createServer((request, response) => {
  requests += 1;
  const query = new URL(request.url ?? '/', 'http://server').searchParams;
  const at = Number(query.get('cursor')?.split('-')[1] ?? 0);
  response.setHeader('content-type', 'application/json');
  response.end(query.has('since') ? nothing : pages[at]);
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

try {
  const count = Object.values(rows).reduce((sum, some) => sum + some.length, 0);
  const bytes = pages.reduce((sum, page) => sum + Buffer.byteLength(page), 0);
  console.log(
    `${count} rows in ${pages.length} pages, ${(bytes / 1e6).toFixed(1)} MB; medians of ${TURNS} turns, syncs in ms of CPU, starts in ms`,
  );
  const turns: (readonly number[])[] = [];
  for (let turn = 0; turn < TURNS; turn += 1) turns.push(await measureSyncs(turn));
  const [floor, first, again] = [0, 1, 2].map((n) => median(turns.map((turn) => turn[n] ?? 0)));
  requests = 0;
  await sync(0);
  compare('first sync', first, 'transfer and bulk insert', floor);
  console.log(`sync without news: ${again?.toFixed(0)} ms in one process, ${requests} round trip(s)`);
  await compareStarts();
} finally {
  server.close();
  rmSync(folder, { recursive: true, force: true });
}

async function measureSyncs(turn: number): Promise<readonly number[]> {
  return [
    await timed(async () => {
      await transfer();
      insert(rows, join(folder, `floor-${turn}.sqlite`));
    }),
    await timed(() => sync(turn)),
    await timed(() => sync(turn)),
  ];
}

async function transfer(): Promise<void> {
  for (const [n] of pages.entries()) {
    const response = await fetch(`${url}/v1/sync?cursor=page-${n}`);
    await response.arrayBuffer();
  }
}

/** The tables with their keys, and nothing else of a mirror. */
function insert(all: Rows, path: string): void {
  const database = new DatabaseSync(path);
  database.exec('begin');
  for (const name of Object.keys(all) as SyncedTableName[]) {
    const { columns, key } = SYNCED_TABLES[name];
    const names = [...Object.keys(columns), 'updated_at'];
    database.exec(`create table ${name} (${names.join()}, primary key (${key.join()}))`);
    const statement = database.prepare(`insert into ${name} values (${names.map(() => '?').join()})`);
    for (const row of all[name] ?? []) statement.run(...names.map((column) => row[column] ?? null));
  }
  database.exec('commit');
  database.close();
}

async function sync(turn: number): Promise<void> {
  await syncMirror({ url, token: TOKEN, databasePath: join(folder, `mirror-${turn}.sqlite`) });
}

/** Each a process of its own; the last one syncs with nothing new. */
async function compareStarts(): Promise<void> {
  const commands: Readonly<Record<string, readonly string[]>> = {
    'node -e 0': ['-e', '0'],
    'amy --version': [AMY, '--version'],
    'amy status': [AMY, 'status', '--db', join(folder, 'mirror-0.sqlite')],
    'amy sync without news': [AMY, 'sync', '--db', join(folder, 'mirror-0.sqlite'), '--url', url],
  };
  const env = { ...process.env, AMY_HOME: folder };
  const times = Object.keys(commands).map((): number[] => []);
  for (let turn = 0; turn < TURNS; turn += 1) {
    for (const [n, argv] of Object.values(commands).entries()) {
      // A person who is not signed in asks no server.
      const AMY_TOKEN = argv.includes('sync') ? TOKEN : '';
      const begun = performance.now();
      const [code] = await once(
        spawn(process.execPath, argv, { env: { ...env, AMY_TOKEN }, stdio: 'ignore' }),
        'exit',
      );
      if (code !== 0) throw new Error(`${argv.join(' ')} ended with ${code}`);
      times[n]?.push(performance.now() - begun);
    }
  }
  const [bare, ...starts] = times.map(median);
  for (const [n, name] of Object.keys(commands).slice(1).entries())
    compare(name, starts[n], 'node -e 0', bare);
}

function compare(what: string, ms: number | undefined, with_: string, floor: number | undefined): void {
  const [one, other] = [ms ?? 0, floor ?? 0];
  console.log(
    `${what}: ${one.toFixed(0)} ms, ${(one / other).toFixed(2)} times ${with_} (${other.toFixed(0)} ms)`,
  );
}

/** CPU of the process, with the loopback server's part on both sides. */
async function timed(work: () => Promise<void>): Promise<number> {
  const spent = startWatch();
  await work();
  return spent().cpuMs;
}

function median(values: readonly number[]): number {
  return figureOf(values).median;
}
