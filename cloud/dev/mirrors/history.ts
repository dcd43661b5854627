import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { isDeepStrictEqual } from 'node:util';
import type { Random } from '../terra/random.ts';
import type { Person } from './person.ts';
import { type Cut, type Relay, startRelay } from './relay.ts';
import { ageMirror, hasAddition, mirrorState, NOTHING, type Server, type State } from './stored-rows.ts';

export type Figures = {
  syncs: number;
  killed: number;
  together: number;
  writesBetweenPages: number;
  erasures: number;
  rebuilds: number;
  upgrades: number;
};

export type World = {
  /** Of the Worker. */
  readonly url: string;
  readonly server: Server;
  /** The program `amy`, bundled as people install it. */
  readonly entry: string;
  readonly folder: string;
  readonly figures: Figures;
};

type Ended = { readonly code: number | null; readonly isKilled: boolean; readonly said: string };

const STEPS_LEAST = 4;
const STEPS_MORE = 6;
/** Rows a page: mostly few, so that a sync has many pages. */
const PAGE_LIMITS = [2, 5, 20, 1_000];
const CUT_PAGE_MAX = 4;
const AFTER_MAX_MS = 40;

/**
 * What happens to one person's data and to the mirror of it: writes, rebuilds, erasures, updates of amy, and processes of `amy sync`,
 * some of which are killed and some run two at a time. Throws what did not hold.
 */
export class History {
  readonly #world: World;
  readonly #person: Person;
  readonly #random: Random;
  readonly #home: string;
  readonly #mirror: string;
  #relay: Relay | null = null;
  /** What the mirror held when nobody was at work in it. */
  #last: State = NOTHING;
  /** What the server had before each change between two pages, since two processes were started. */
  #beforeWrites: State[] = [];
  /** Whether the person has something of their own in the file. */
  #isAddedTo = false;

  constructor(world: World, person: Person, random: Random) {
    this.#world = world;
    this.#person = person;
    this.#random = random;
    this.#home = mkdtempSync(join(world.folder, 'home-'));
    this.#mirror = join(this.#home, 'data', 'local', 'persona.sqlite');
  }

  async run(): Promise<void> {
    this.#relay = await startRelay(this.#world.url);
    try {
      for (let left = STEPS_LEAST + this.#below(STEPS_MORE); left > 0; left -= 1) await this.#step();
      await this.#whole();
    } finally {
      await this.#relay.close();
      rmSync(this.#home, { recursive: true, force: true });
    }
  }

  async #step(): Promise<void> {
    const { figures } = this.#world;
    const drawn = this.#below(22);
    if (drawn < 5) return this.#person.write();
    if (drawn < 6) return this.#person.writeProfile();
    if (drawn < 7) {
      figures.rebuilds += 1;
      return this.#person.rebuild();
    }
    if (drawn < 8) {
      figures.erasures += 1;
      return this.#person.leaveAndReturn();
    }
    if (drawn < 10) return this.#whole();
    if (drawn < 17) return this.#killed();
    if (drawn < 20) return this.#together();
    return this.#age();
  }

  /** Makes the mirror what an earlier amy left, whose person added something to it: the next process upgrades it. */
  #age(): void {
    if (this.#last === NOTHING) return;
    this.#world.figures.upgrades += 1;
    this.#isAddedTo = ageMirror(this.#mirror, this.#below(3) === 0);
  }

  /** A sync that ends by itself leaves what the server has. */
  async #whole(): Promise<void> {
    const ended = await this.#sync(null);
    if (ended.code !== 0) throw new Error(`a sync ended with ${ended.code}: ${ended.said}`);
    this.#world.figures.syncs += 1;
    this.#mustBe('after a sync', [this.#world.server.state(this.#person.user)]);
  }

  /** One that is killed leaves the state before or the next, whole. */
  async #killed(): Promise<void> {
    const ended = await this.#sync(this.#cut());
    if (!ended.isKilled && ended.code !== 0)
      throw new Error(`a sync ended with ${ended.code}: ${ended.said}`);
    if (ended.isKilled) this.#world.figures.killed += 1;
    else this.#world.figures.syncs += 1;
    const next = this.#world.server.state(this.#person.user);
    this.#mustBe('after a kill', ended.isKilled ? [this.#last, next] : [next]);
  }

  /**
   * Of two at once one may be killed, and the other may find the file busy; what is left is whole all the same. Where only one
   * of them came to its end, that may have been before the other's page at which the server changed.
   */
  async #together(): Promise<void> {
    this.#beforeWrites = [];
    const cut = this.#below(2) === 0 ? this.#cut() : null;
    const ended = await Promise.all([this.#sync(null), this.#sync(cut)]);
    this.#world.figures.together += 1;
    for (const { code, isKilled, said } of ended)
      if (!isKilled && code !== 0 && !said.includes('database_busy'))
        throw new Error(`a sync beside another ended with ${code}: ${said}`);
    const next = this.#world.server.state(this.#person.user);
    const whole = ended.filter(({ code }) => code === 0).length;
    const earlier = whole === 2 ? [] : this.#beforeWrites;
    this.#mustBe('after two at once', [...(whole === 0 ? [this.#last] : []), ...earlier, next]);
  }

  #mustBe(when: string, allowed: readonly State[]): void {
    const found = mirrorState(this.#mirror);
    if (!allowed.some(({ rows }) => isDeepStrictEqual(rows, found.rows)))
      throw new Error(
        `${when} the mirror is none of what it may be: ${difference(found, allowed.at(-1) ?? NOTHING)}`,
      );
    if (this.#isAddedTo && !hasAddition(this.#mirror))
      throw new Error(`${when} the mirror has lost what its person added`);
    this.#last = found;
  }

  async #sync(cut: Cut | null): Promise<Ended> {
    const token = this.#person.token();
    const full = this.#below(5) === 0 ? ['--full'] : [];
    const child = spawn(process.execPath, [this.#world.entry, 'sync', ...full, '--json'], {
      env: {
        PATH: process.env.PATH,
        HOME: this.#home,
        AMY_HOME: this.#home,
        AMY_TOKEN: token,
        AMY_API_URL: this.#relay?.url,
        NODE_COMPILE_CACHE: join(this.#world.folder, 'compiled'),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that what it starts is killed with it.
      detached: true,
    });
    const writeAt = this.#below(3) === 0 ? 1 + this.#below(CUT_PAGE_MAX) : null;
    this.#relay?.carry(token, {
      limit: PAGE_LIMITS[this.#below(PAGE_LIMITS.length)] ?? 1_000,
      cut,
      kill: () => killGroup(child.pid),
      beforePage: async (nth) => {
        if (nth !== writeAt) return;
        this.#world.figures.writesBetweenPages += 1;
        this.#beforeWrites.push(this.#world.server.state(this.#person.user));
        await this.#person.write();
      },
    });
    const closed = new Promise<[number | null, NodeJS.Signals | null]>((resolve) =>
      child.once('close', (...exit) => resolve(exit)),
    );
    const [[code, signal], said] = await Promise.all([closed, text(child.stderr), text(child.stdout)]);
    return { code, isKilled: signal !== null, said };
  }

  #cut(): Cut {
    // Early more often than late: many a sync has one page.
    const page = 1 + this.#below(1 + this.#below(CUT_PAGE_MAX));
    const at = this.#below(4);
    return { page, at: at === 0 ? 'request' : at === 1 ? 'half' : { afterMs: this.#below(AFTER_MAX_MS) } };
  }

  #below(count: number): number {
    return Math.floor(this.#random() * count);
  }
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

function difference(found: State, server: State): string {
  const [has, wants] = [new Set(found.rows), new Set(server.rows)];
  const more = found.rows.filter((row) => !wants.has(row));
  const less = server.rows.filter((row) => !has.has(row));
  return `as of ${found.clock}, of the server's ${server.rows.length} rows as of ${server.clock} it lacks ${less.length} (${less[0] ?? ''}) and has ${more.length} others (${more[0] ?? ''})`;
}
