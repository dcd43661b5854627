import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { figureOf, type Measured } from '../../cloud/bench/rounds.ts';
import { SYNCED_TABLES, type SyncedTableName } from '../../cloud/src/contract/tables.ts';
import { syncMirror } from '../src/mirror/sync.ts';
import { fourYears, pagesOf, type Rows } from './recorded-pages.ts';
import { type Spent, startWatch } from './watch.ts';

const AMY = fileURLToPath(new URL('../bin/amy.js', import.meta.url));
const TOKEN = `e30.${Buffer.from('{"sub":"user_1"}').toString('base64url')}.e30`;

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
 * A first sync of recorded pages beside the transfer of the same bytes and a bulk insert of the same rows, a sync without
 * news, and the start of `amy`, in turns of one run, so that what else the machine does falls on all.
 */
export async function measureWaits(turns: number): Promise<Waits> {
  const folder = mkdtempSync(join(tmpdir(), 'amy-bench-'));
  const rows = fourYears();
  const pages = pagesOf(rows);
  const served = await servePages(pages);
  try {
    const syncs = await measureSyncs({ folder, rows, pages, url: served.url, turns });
    served.forget();
    await sync(served.url, join(folder, 'mirror-0.sqlite'));
    const requestsWithoutNews = served.requests();
    return {
      rows: Object.values(rows).reduce((total, some) => total + some.length, 0),
      pages: pages.length,
      bytes: pages.reduce((total, page) => total + Buffer.byteLength(page), 0),
      requestsWithoutNews,
      waits: [...syncs, ...(await measureStarts(folder, served.url, turns))],
    };
  } finally {
    served.server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Served = {
  readonly server: Server;
  readonly url: string;
  readonly requests: () => number;
  readonly forget: () => void;
};

async function servePages(pages: readonly string[]): Promise<Served> {
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
  return {
    server,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => requests,
    forget: () => {
      requests = 0;
    },
  };
}

type Syncs = {
  readonly folder: string;
  readonly rows: Rows;
  readonly pages: readonly string[];
  readonly url: string;
  readonly turns: number;
};

async function measureSyncs({ folder, rows, pages, url, turns }: Syncs): Promise<readonly Wait[]> {
  const spent: { readonly floor: Spent[]; readonly first: Spent[]; readonly again: Spent[] } = {
    floor: [],
    first: [],
    again: [],
  };
  for (let turn = 0; turn < turns; turn += 1) {
    const mirror = join(folder, `mirror-${turn}.sqlite`);
    spent.floor.push(
      await timed(async () => {
        for (const [n] of pages.entries())
          await (await fetch(`${url}/v1/sync?cursor=page-${n}`)).arrayBuffer();
        insert(rows, join(folder, `floor-${turn}.sqlite`));
      }),
    );
    spent.first.push(await timed(() => sync(url, mirror)));
    spent.again.push(await timed(() => sync(url, mirror)));
  }
  return [
    {
      scene: 'amy: first sync of four years',
      measured: new Map([
        ['amy', measuredOf(spent.first)],
        ['transfer and bulk insert', measuredOf(spent.floor)],
      ]),
    },
    { scene: 'amy: sync without news', measured: new Map([['amy', measuredOf(spent.again)]]) },
  ];
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

async function sync(url: string, databasePath: string): Promise<void> {
  await syncMirror({ url, token: TOKEN, databasePath });
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
