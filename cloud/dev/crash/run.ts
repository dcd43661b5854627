import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isDeepStrictEqual } from 'node:util';
import { AmyError } from '../../../cli/src/errors.ts';
import { syncMirror } from '../../../cli/src/mirror/sync.ts';
import { SYNCED_TABLES } from '../../src/contract/tables.ts';
import { readStats } from '../local/settle.ts';
import { mintToken } from '../local/token.ts';
import { DRAIN_CRON, type LocalWorker } from '../local/worker.ts';
import { dateOf, dayNumber } from '../terra/calendar.ts';
import { crashProblems, endProblems } from './checks.ts';
import { killMoments, type Moment } from './moments.ts';
import { type CrashStack, type CrashStackOptions, crashStack, drainByHand } from './stack.ts';
import { readStoredState, type StoredState } from './stored-state.ts';

export type CrashOptions = CrashStackOptions & {
  readonly kills: number;
  readonly onProgress?: (line: string) => void;
};

export type CrashReport = {
  readonly figures: CrashFigures;
  /** What did not hold, in words; none where all is well. */
  readonly problems: readonly string[];
};

export type CrashFigures = {
  kills: number;
  deliveries: number;
  acknowledged: number;
  retried: number;
  /** Acknowledged deliveries of a body that was there already. */
  duplicates: number;
  events: number;
  /** Events that were stored and unprocessed when the Worker was killed, over all kills. */
  cutOff: number;
  /** Events handed to the queue again by the operator's drain. */
  drained: number;
  /** Syncs that ended, and those that a kill cut off. */
  synced: number;
  interrupted: number;
  /** Objects in R2 that no row names, left by a kill between the two. */
  orphans: number;
  seconds: number;
};

const PERSON = 'user_crash';
const DEVICES = ['OURA', 'GARMIN'] as const;
const DAYS_PER_ROUND = 20;
/** Every so many rounds the person asks for a month again, so that the outbox has work when the kill comes. */
const IMPORT_EVERY_ROUNDS = 4;
const IMPORT_DAYS = 30;
const POLL_MS = 20;
/** A look at the stack is some requests, and slows down what it looks at. */
const QUIET_POLL_MS = 250;
const ROUND_TIMEOUT_MS = 60_000;
const END_TIMEOUT_MS = 180_000;
const HAND_DRAIN_EVERY_MS = 3_000;
const SWEEP_EVERY_MS = 5_000;

/**
 * Kills the whole stack while it works, again and again, and looks at what is left: after every kill and at
 * the end. Terra retries what was not acknowledged; the mirror syncs all the while.
 */
export async function crashRun(options: CrashOptions): Promise<CrashReport> {
  const folder = mkdtempSync(join(tmpdir(), 'amy-crash-'));
  try {
    const stack = await crashStack(options, folder);
    try {
      return await new CrashRun(stack, folder, options).run();
    } finally {
      await stack.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

class CrashRun {
  readonly #stack: CrashStack;
  readonly #folder: string;
  readonly #options: CrashOptions;
  readonly #token: string;
  readonly #mirror: string;
  readonly #startedMs = Date.now();
  readonly #problems: string[] = [];
  readonly #figures: CrashFigures = {
    kills: 0,
    deliveries: 0,
    acknowledged: 0,
    retried: 0,
    duplicates: 0,
    events: 0,
    cutOff: 0,
    drained: 0,
    synced: 0,
    interrupted: 0,
    orphans: 0,
    seconds: 0,
  };

  constructor(stack: CrashStack, folder: string, options: CrashOptions) {
    this.#stack = stack;
    this.#folder = folder;
    this.#options = options;
    this.#token = mintToken(stack.secrets.AMY_JWT_SECRET, PERSON);
    this.#mirror = join(folder, 'persona.sqlite');
  }

  async run(): Promise<CrashReport> {
    const { terra } = this.#stack;
    for (const device of DEVICES) terra.connect(PERSON, device);
    const moments = killMoments(this.#options.seed, this.#options.kills);
    for (const [round, moment] of moments.entries()) await this.#killedRound(round, moment);
    await this.#lastRound(moments.length);
    const { sent, acknowledged, retried } = terra.counts();
    Object.assign(this.#figures, {
      deliveries: sent,
      acknowledged,
      retried,
      duplicates: acknowledged - this.#figures.events,
      seconds: Math.round((Date.now() - this.#startedMs) / 100) / 10,
    });
    return { figures: this.#figures, problems: this.#problems };
  }

  async #killedRound(round: number, moment: Moment): Promise<void> {
    const { terra, secrets } = this.#stack;
    const worker = await this.#stack.start();
    // What the last kill cut off.
    this.#figures.drained += await drainByHand(worker.url, secrets.AMY_ADMIN_KEY);
    const before = terra.counts().acknowledged;
    this.#pushDays(round);
    const asked = round % IMPORT_EVERY_ROUNDS === IMPORT_EVERY_ROUNDS - 1 ? this.#askForImport(worker) : null;
    const sync = this.#sync(worker);
    const target = before + moment.acknowledged;
    await until(() => terra.counts().acknowledged >= target, ROUND_TIMEOUT_MS, `${target} acknowledged`);
    await new Promise((resolve) => setTimeout(resolve, moment.afterMs));
    await this.#stack.kill();
    this.#figures.kills += 1;
    await Promise.all([sync, asked]);
    this.#look(`kill ${round + 1}`, (stored) => {
      const open = stored.events.filter(({ processed_at }) => processed_at === null).length;
      this.#figures.cutOff += open;
      const at = moment.isConsuming ? `${moment.afterMs} ms into a batch` : 'while delivering';
      const { acknowledged, waiting } = terra.counts();
      this.#tell(
        `kill ${round + 1} ${at}: ${acknowledged} acknowledged, ${waiting} waiting, ${stored.events.length} stored, ${open} unprocessed`,
      );
      return [];
    });
  }

  /** The same load without a kill, then everything that is still on its way. */
  async #lastRound(round: number): Promise<void> {
    const worker = await this.#stack.start();
    this.#pushDays(round);
    await this.#settle(worker);
    const { now } = await syncMirror({ url: worker.url, token: this.#token, databasePath: this.#mirror });
    this.#figures.synced += 1;
    await this.#stack.kill();
    this.#look('the end', (stored) => {
      this.#figures.events = stored.events.length;
      this.#figures.orphans = stored.orphans;
      return [
        ...endProblems(stored, this.#stack.terra.deliveries()),
        ...this.#mirrorProblems(stored).map((problem) => `${problem}, as of ${now}`),
      ];
    });
  }

  #look(when: string, more: (stored: StoredState) => readonly string[]): void {
    const stored = readStoredState(this.#stack.state, join(this.#folder, 'look'));
    try {
      const problems = [...crashProblems(stored, this.#stack.terra.deliveries()), ...more(stored)];
      for (const problem of problems) {
        this.#problems.push(`${when}: ${problem}`);
        this.#tell(`FAILED ${when}: ${problem}`);
      }
    } finally {
      stored.close();
    }
  }

  /** Sends a stretch of days that no other round sends. */
  #pushDays(round: number): void {
    const { terra } = this.#stack;
    const rounds = this.#options.kills + 1;
    const today = dayNumber(this.#options.today);
    const last = today - (rounds - 1 - round) * DAYS_PER_ROUND;
    for (const { user_id } of terra.users())
      terra.push(user_id, dateOf(last - DAYS_PER_ROUND + 1), dateOf(last));
  }

  /** A request the kill may cut off at any point: the person would ask again. */
  async #askForImport(worker: LocalWorker): Promise<void> {
    await fetch(`${worker.url}/v1/import`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ days: IMPORT_DAYS }),
    }).then(
      (response) => response.body?.cancel(),
      () => undefined,
    );
  }

  async #sync(worker: LocalWorker): Promise<void> {
    try {
      await syncMirror({ url: worker.url, token: this.#token, databasePath: this.#mirror });
      this.#figures.synced += 1;
    } catch (error) {
      if (!(error instanceof AmyError)) throw error;
      this.#figures.interrupted += 1;
    }
  }

  /**
   * Waits until nothing is on its way. Messages die with the local queue, so the drain brings the events back,
   * and the cron the requests to Terra.
   */
  async #settle(worker: LocalWorker): Promise<void> {
    const { terra, secrets } = this.#stack;
    let nextDrainMs = 0;
    let nextSweepMs = 0;
    const isQuiet = async () => {
      const before = await readStats(worker.url, secrets.AMY_ADMIN_KEY);
      await terra.settled();
      const after = await readStats(worker.url, secrets.AMY_ADMIN_KEY);
      if (after.backlog > 0 && Date.now() > nextDrainMs) {
        this.#figures.drained += await drainByHand(worker.url, secrets.AMY_ADMIN_KEY);
        nextDrainMs = Date.now() + HAND_DRAIN_EVERY_MS;
      }
      if (after.outbox_pending > 0 && Date.now() > nextSweepMs) {
        await worker.tick(DRAIN_CRON);
        nextSweepMs = Date.now() + SWEEP_EVERY_MS;
      }
      const isIdle = after.backlog === 0 && before.outbox_pending === 0 && after.outbox_pending === 0;
      return isIdle && before.events === after.events;
    };
    await until(isQuiet, END_TIMEOUT_MS, 'nothing left on its way', QUIET_POLL_MS);
  }

  #mirrorProblems(stored: StoredState): string[] {
    const mirror = new DatabaseSync(this.#mirror, { readOnly: true });
    try {
      return Object.entries(SYNCED_TABLES).flatMap(([table, { key, columns }]) => {
        const names = [...Object.keys(columns).filter((column) => column !== 'raw'), 'updated_at'];
        const order = key.length === 0 ? '1' : key.join(', ');
        const local = mirror
          .prepare(`select ${names.join(', ')} from ${table} order by ${order}`)
          .all()
          .map((row) => ({ ...row }));
        const server = stored.synced(table, names, key);
        if (isDeepStrictEqual(local, server)) return [];
        return [
          `the mirror's ${table} has ${local.length} rows and the server's ${server.length}, or they differ`,
        ];
      });
    } finally {
      mirror.close();
    }
  }

  #tell(line: string): void {
    this.#options.onProgress?.(line);
  }
}

/** Polls until it is so. Throws after `timeoutMs`, saying what was waited for. */
async function until(
  isSo: () => boolean | Promise<boolean>,
  timeoutMs: number,
  what: string,
  pollMs = POLL_MS,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`after ${timeoutMs / 1_000} s there was still not: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
