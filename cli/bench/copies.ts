import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { archiveEverything } from '../src/archive/archive.ts';
import { monthFiles } from '../src/archive/months.ts';
import { fillSamples } from '../src/samples/fill.ts';
import { insertRaw } from './sampled-days.ts';
import type { Served } from './served-person.ts';
import { type Spent, startWatch } from './watch.ts';

export type CopyTurn = {
  readonly archive: Spent;
  /** The same bodies fetched the same way, one at a time, and a row of each in a table. */
  readonly archiveFloor: Spent;
  readonly samples: Spent;
  /** The same bytes read, and the same rows in such a table. */
  readonly samplesFloor: Spent;
};

type Copied = {
  readonly folder: string;
  readonly served: Served;
  readonly events: readonly Buffer[];
  readonly token: string;
  readonly person: string;
  readonly mirror: string;
  /** Those of which there are samples. */
  readonly sampledDays: number;
};

/** One turn of each: an archive of all events, and the samples of a mirror filled from it. */
export async function measureCopies(copied: Copied): Promise<CopyTurn> {
  const { served, token, person, mirror, sampledDays } = copied;
  const folder = mkdtempSync(join(copied.folder, 'copies-'));
  const owner = { server: served.url, person };
  const archive = join(folder, 'archive');
  const archiveFloor = await spentBy(() => insertBodies(copied, join(folder, 'events.sqlite')));
  const archiveSpent = await spentBy(() =>
    archiveEverything({
      access: { server: served.url, token },
      folder: archive,
      owner,
      listReports: async () => [],
      mayErase: async () => false,
      onEvent: () => {},
    }).then(() => {}),
  );
  const read = await spentBy(async () => {
    for (const file of monthFiles(archive)) readFileSync(join(archive, file));
  });
  const fill = { databasePath: mirror, folder: archive, owner, onMonth: () => {} };
  const samples = await spentBy(() => fillSamples(fill).then(() => {}));
  const database = new DatabaseSync(mirror);
  const raw = insertRaw(database, join(folder, 'samples.sqlite'), sampledDays);
  for (const table of ['samples', 'samples_beneath', 'sample_series', 'samples_read'])
    database.exec(`delete from ${table}`);
  database.close();
  rmSync(folder, { recursive: true, force: true });
  const samplesFloor = { wallMs: read.wallMs + raw.wallMs, cpuMs: read.cpuMs + raw.cpuMs };
  return { archive: archiveSpent, archiveFloor, samples, samplesFloor };
}

async function insertBodies({ served, events, token }: Copied, path: string): Promise<void> {
  const database = new DatabaseSync(path);
  database.exec('create table events (id integer primary key, body blob)');
  database.exec('begin');
  const insert = database.prepare('insert into events values (?, ?)');
  const headers = { authorization: `Bearer ${token}` };
  for (const place of events.keys()) {
    const answer = await fetch(`${served.url}/v1/payloads/${place + 1}`, { headers });
    insert.run(place + 1, new Uint8Array(await answer.arrayBuffer()));
  }
  database.exec('commit');
  database.close();
}

async function spentBy(work: () => Promise<void>): Promise<Spent> {
  const since = startWatch();
  await work();
  return since();
}
