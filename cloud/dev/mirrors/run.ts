import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ENTRY } from '../../../cli/package/bundle.ts';
import { makePackage } from '../../../cli/package/make.ts';
import { FIXED_SECRETS } from '../local/fixed-secrets.ts';
import { startLocalWorker } from '../local/worker.ts';
import { randomFrom, seedOf } from '../terra/random.ts';
import { type Figures, History, type World } from './history.ts';
import { Person } from './person.ts';
import { Server } from './stored-rows.ts';

export type MirrorsOptions = {
  /** The repository. */
  readonly root: string;
  readonly histories: number;
  readonly seed: number;
  /** The number of the first: a history that failed is tried again by itself. */
  readonly first?: number;
  /** How many histories run at a time. */
  readonly lanes: number;
  readonly onProgress?: (line: string) => void;
};

export type MirrorsReport = { readonly figures: Figures; readonly problems: readonly string[] };

const PROGRESS_EVERY = 50;

/** Runs so many histories against the real Worker, with real processes of `amy`. */
export async function mirrorHistories({
  root,
  histories,
  seed,
  first = 0,
  lanes,
  onProgress,
}: MirrorsOptions): Promise<MirrorsReport> {
  const folder = mkdtempSync(join(tmpdir(), 'amy-mirrors-'));
  const state = join(folder, 'state');
  const program = join(folder, 'program');
  for (const made of [state, program]) mkdirSync(made);
  await makePackage(program);
  const variables = { ...FIXED_SECRETS, TERRA_API_URL: 'http://127.0.0.1:9/v2' };
  const worker = await startLocalWorker({ root, state, port: 0, variables, queueWaitS: 0 });
  try {
    const server = new Server(state);
    const figures: Figures = {
      syncs: 0,
      killed: 0,
      together: 0,
      writesBetweenPages: 0,
      erasures: 0,
      rebuilds: 0,
      upgrades: 0,
    };
    const world: World = { url: worker.url, server, entry: join(program, ENTRY), folder, figures };
    const problems: string[] = [];
    let next = first;
    const lane = async () => {
      while (next < first + histories) {
        const nth = next++;
        await historyOf(world, seed, nth)
          .run()
          .catch((error: unknown) => {
            problems.push(
              `history ${nth} of seed ${seed}: ${error instanceof Error ? error.message : error}`,
            );
            onProgress?.(problems.at(-1) ?? '');
          });
        if ((nth + 1) % PROGRESS_EVERY === 0)
          onProgress?.(`${nth + 1} histories, ${JSON.stringify(figures)}`);
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    server.close();
    return { figures, problems };
  } finally {
    await worker.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function historyOf(world: World, seed: number, nth: number): History {
  const random = randomFrom(seedOf('mirrors', seed, nth));
  const person = new Person(`user_mirror_${nth}`, world.url, world.server, random);
  return new History(world, person, random);
}
