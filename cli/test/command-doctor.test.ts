import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { ASKED_PATHS } from '../src/api/health.ts';
import { checkDisk } from '../src/commands/doctor-disk.ts';
import { FORM_NUMBER } from '../src/mirror/schema.ts';
import { settingsFor } from './support/amy.ts';
import { farEnd, refusal, type Step } from './support/far-end.ts';
import { filledMirror } from './support/filled-mirror.ts';
import { HOSTILE, RAW } from './support/hostile.ts';
import { type Printed, runHere } from './support/in-process.ts';
import { daily, T1, tokenOf } from './support/pages.ts';
import { DAY_MS, homeOf, modeOf, signInOf, writeStored } from './support/signed-in.ts';
import { temporaryFolder } from './support/temporary.ts';

type Seen = {
  readonly check: string;
  readonly state: string;
  readonly message: string;
  readonly remedy: string;
};

const HEALTHY: Step = { body: { ok: true } };
const ME: Step = {
  body: {
    user: { id: 'user_1', email: '', created_at: T1 },
    connections: [],
    counts: { daily_summary: 0, activities: 0, sleep_sessions: 0, biomarkers_raw: 0, lab_uploads: 0 },
    sources: [],
  },
};

const described = (version = '1', paths: readonly string[] = ASKED_PATHS): Step => ({
  body: { info: { title: 'Amy', version }, paths: Object.fromEntries(paths.map((path) => [path, {}])) },
});

/** A date that stands nowhere else in the file. */
const DAY = '2019-12-31';

const ago = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString();

type Ill = {
  /** What the server answers; well, unless it is given. */
  readonly answers?: readonly Step[];
  /** What is done to the file of somebody who is well. */
  readonly harm?: (database: DatabaseSync) => void;
  readonly env?: Readonly<Record<string, string>>;
  readonly argv?: readonly string[];
};

/** Somebody who is well but for this: the file's path, and the run of a doctor. */
async function patient({ answers = [HEALTHY, described(), ME], harm, env = {}, argv = [] }: Ill = {}) {
  const server = await farEnd(...answers);
  const path = filledMirror({ daily_summary: [daily('oura', DAY, { steps: 9_000 })] }, (database) =>
    database
      .prepare('update sync_state set server = ?, person = ?, last_sync_at = ?')
      .run(server.url, 'user_1', ago(1)),
  );
  if (harm !== undefined) {
    const database = new DatabaseSync(path);
    harm(database);
    database.close();
  }
  const settings = { ...settingsFor(server.url).env, ...env };
  const doctor = async (...more: string[]) =>
    read(await runHere(['doctor', '--json', '--db', path, ...argv, ...more], settings));
  return { path, doctor, settings, server };
}

function read(printed: Printed): { readonly code: number; readonly checks: readonly Seen[] } {
  const { well, checks } = JSON.parse(printed.stdout);
  expect(well).toBe(printed.code === 0);
  if (!well) expect(JSON.parse(printed.stderr)).toMatchObject({ error: { code: 'not_well' } });
  return { code: printed.code, checks };
}

/** The one thing that is wrong, or was mended, in words. */
function told({ checks }: { readonly checks: readonly Seen[] }): string {
  return checks
    .filter(({ state }) => state === 'wrong' || state === 'mended')
    .map(({ check, state, message, remedy }) => `${state} ${check}: ${message}${remedy ? `; ${remedy}` : ''}`)
    .join('\n');
}

const layout =
  (sql: string, version = 'another') =>
  (database: DatabaseSync) => {
    database.exec(`${sql}; update sync_state set schema_version = '${version}'`);
  };

/** What can be wrong, as the table of the manual names it, and how it is told. */
const ILLS: Readonly<Record<string, Ill & { readonly says: RegExp }>> = {
  'no token': {
    answers: [HEALTHY, described()],
    env: { AMY_TOKEN: '' },
    says: /^wrong token: not signed in to .*: run `amy login`, or set AMY_TOKEN$/,
  },
  'a token that the server does not take': {
    answers: [HEALTHY, described(), { status: 401, body: refusal('unauthorized', 'the token has ended') }],
    says: /^wrong token: the token has ended; check AMY_TOKEN$/,
  },
  'a token of another person than the file’s': {
    env: { AMY_TOKEN: tokenOf('user_2') },
    says: /^wrong person: the file is user_1’s, and the token user_2’s; use another file with --db, or .*`amy reset`$/,
  },
  'a file of another server': {
    harm: (database) => database.exec(`update sync_state set server = 'https://amy.test'`),
    says: /^wrong person: the file mirrors https:\/\/amy\.test, and http:.* is the server asked; /,
  },
  'a clock that is off': {
    answers: [
      { ...HEALTHY, headers: { date: new Date(Date.now() + DAY_MS / 2).toUTCString() } },
      described(),
      ME,
    ],
    says: /^wrong clock: this machine’s clock is (12 h|11 h 59 min) behind the server’s; let the system set it/,
  },
  'an address that is no Amy server': {
    answers: [{ body: '<html>' }],
    says: /^wrong server: http:.*\/healthz did not answer as an Amy server does/,
  },
  'a server that is older': {
    answers: [
      HEALTHY,
      described(
        '1',
        ASKED_PATHS.filter((path) => path !== '/v1/digest'),
      ),
      ME,
    ],
    says: /^wrong server: http:.* is older than this amy: it lacks \/v1\/digest; ask who runs it/,
  },
  'a server that is newer': {
    answers: [HEALTHY, described('2'), ME],
    says: /^wrong server: http:.* speaks version 2 of the API, and this amy version 1; update amy$/,
  },
  'a file whose layout is older': {
    harm: layout('alter table sync_state drop column last_verify_at'),
    says: /^wrong file: .* has the layout of an older amy; `amy sync` brings it up to date$/,
  },
  'a file whose layout is newer': {
    harm: layout('alter table daily_summary add column mood text', `${FORM_NUMBER + 1}.of-then`),
    says: /^wrong file: .* has the layout of a newer amy; update amy; this one leaves the file as it is$/,
  },
  'a file whose layout differs elsewhere': {
    harm: layout('drop view summary_composites', `${FORM_NUMBER}.another`),
    says: /^wrong file: .* has the layout of another version of amy; `amy sync` brings it to this one’s$/,
  },
  'a file that is not amy’s': {
    harm: (database) => database.exec('drop table activities'),
    says: /^wrong file: .* is not a database of amy; it was left as it is: name another file with --db$/,
  },
  'a file that was never filled': {
    harm: (database) => database.exec('update sync_state set last_sync_at = null'),
    says: /^wrong last sync: the file was never filled; run `amy sync`$/,
  },
  'a last sync of long ago': {
    harm: (database) => database.exec(`update sync_state set last_sync_at = '${ago(8.5)}'`),
    says: /^wrong last sync: .*, 8 days ago; run `amy sync`$/,
  },
  'a last verify of long ago': {
    harm: (database) => database.exec(`update sync_state set last_verify_at = '${ago(61.5)}'`),
    says: /^wrong last verify: .*, 61 days ago; run `amy verify`$/,
  },
};

const TRIED = new Set(Object.keys(ILLS));

/** A test of a row of the manual's table. */
function ill(name: string, test: () => Promise<void>): void {
  TRIED.add(name);
  it(`finds ${name}`, test);
}

describe('amy doctor', () => {
  it('finds nothing wrong where nothing is', async () => {
    const { path, settings, doctor, server } = await patient({
      answers: [HEALTHY, described(), ME, HEALTHY, described(), ME],
    });
    const { code, checks } = await doctor();
    expect([code, checks.filter(({ state }) => state !== 'ok')]).toEqual([0, []]);
    const plain = await runHere(['doctor', '--db', path], settings);
    expect(plain).toMatchObject({ code: 0, stderr: '' });
    expect(plain.stdout.split('\n')).toHaveLength(checks.length + 1);
    expect(plain.stdout).toMatch(/^ok {6}token: the token of AMY_TOKEN is user_1’s; the server takes it$/m);
    // The token goes nowhere but below /v1.
    expect(server.asked.map((one) => [one.path, 'authorization' in one.headers])).toEqual(
      [0, 1].flatMap(() => [
        ['/healthz', false],
        ['/openapi.json', false],
        ['/v1/me', true],
      ]),
    );
  });

  it.each(Object.entries(ILLS))('finds %s', async (_name, { says, ...one }) => {
    const { doctor } = await patient(one);
    const seen = await doctor();
    expect([seen.code, told(seen)]).toEqual([1, expect.stringMatching(says)]);
    expect(told(seen)).not.toContain('\n');
  });

  ill('a token that has ended', async () => {
    const { path, settings, server } = await patient({
      answers: [HEALTHY, described(), { status: 401, body: refusal('unauthorized', 'ended') }],
    });
    const { env } = homeOf({ [server.url]: signInOf('user_1', 's1', -1) });
    const seen = read(
      await runHere(['doctor', '--json', '--db', path], { ...settings, ...env, AMY_TOKEN: '' }),
    );
    expect(told(seen)).toMatch(
      /^wrong token: the token of `amy login` ended at .*; sign in again with `amy login/,
    );
  });

  ill('a stored sign-in that is damaged', async () => {
    const { env, path } = homeOf();
    writeStored(path, '{');
    const { doctor } = await patient({ answers: [HEALTHY, described(), ME], env });
    expect(told(await doctor())).toMatch(
      /^wrong sign-in file: .* is damaged; delete it, then run `amy login`$/,
    );
    // Neither a token nor a server is known then.
    const { doctor: alone } = await patient({ answers: [], env: { ...env, AMY_TOKEN: '', AMY_API_URL: '' } });
    expect(told(await alone())).toMatch(
      /^wrong sign-in file: .* is damaged; delete it, then run `amy login`$/,
    );
  });

  ill('a stored sign-in that others can read', async () => {
    const { env, path } = homeOf();
    writeStored(path, JSON.stringify({ servers: {} }), 0o644);
    const { doctor } = await patient({ env });
    const seen = await doctor();
    expect([seen.code, told(seen)]).toEqual([
      0,
      `mended sign-in file: others could read ${path}, and with it your data; now only you can`,
    ]);
    expect(modeOf(path)).toBe('600');
  });

  ill('a server that cannot be reached', async () => {
    const { doctor, server } = await patient();
    await server.close();
    const seen = await doctor();
    expect([seen.code, told(seen)]).toEqual([1, expect.stringMatching(/^wrong server: cannot reach http:/)]);
    expect(seen.checks.filter(({ state }) => state === 'skipped').map(({ check }) => check)).toEqual([
      'clock',
    ]);
  });

  ill('http to another machine', async () => {
    const { doctor, server } = await patient({ argv: ['--url', 'http://amy.test'] });
    expect(told(await doctor())).toMatch(
      /^wrong line: http:\/\/amy\.test is not https: anybody on the way could read your token and your data; use its/,
    );
    expect(server.asked).toEqual([]);
  });

  ill('no file', async () => {
    const { path, doctor } = await patient({ argv: ['--db', join(temporaryFolder(), 'none.sqlite')] });
    expect(told(await doctor())).toMatch(/^wrong file: nothing at .*none\.sqlite yet; `amy sync` fills it$/);
    expect(path).not.toContain('none');
  });

  ill('the file of an earlier amy', async () => {
    const path = join(temporaryFolder(), 'earlier.sqlite');
    const earlier = new DatabaseSync(path);
    earlier.exec(
      'create table daily_summary (source text, datetime text, steps real, primary key (source, datetime))',
    );
    earlier.close();
    chmodSync(path, 0o600);
    const { doctor } = await patient({ argv: ['--db', path] });
    expect(told(await doctor())).toMatch(/^wrong file: .* is of an earlier amy; `amy sync` keeps it aside/);
  });

  ill('indexes that do not fit the rows', async () => {
    const { path, doctor } = await patient({
      answers: [HEALTHY, described(), ME, HEALTHY, described(), ME, HEALTHY, described(), ME],
    });
    // In an index a date stands without its source before it.
    const bytes = readFileSync(path);
    const at = bytes.toString('latin1').search(new RegExp(`(?<!oura)${DAY}`));
    bytes[at + 3] = bytes.readUInt8(at + 3) ^ 1;
    writeFileSync(path, bytes);
    const seen = await doctor();
    expect([seen.code, told(seen)]).toEqual([
      1,
      expect.stringMatching(
        /^wrong soundness: SQLite finds damage in the file; `amy doctor --fix` makes its indexes/,
      ),
    ]);
    expect(told(await doctor('--fix'))).toBe(
      'mended soundness: the indexes of the file did not fit its rows, and were made anew',
    );
    expect((await doctor()).code).toBe(0);
  });

  ill('a file that is damaged', async () => {
    const { path, doctor } = await patient();
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0xff, 100, 4_096));
    expect(told(await doctor())).toMatch(/^wrong file: .* is damaged; delete the file, then sync again$/);
  });

  ill('a file that another process writes', async () => {
    const { path, doctor } = await patient();
    const other = new DatabaseSync(path);
    other.exec('begin immediate');
    expect(told(await doctor())).toMatch(
      /^wrong file: another process is using .*, try again when it has finished$/,
    );
    other.close();
  });

  ill('a file or a folder of amy’s that others can read', async () => {
    const { path, settings, server } = await patient({
      answers: [HEALTHY, described(), ME, HEALTHY, described(), ME],
    });
    const own = join(settings.AMY_HOME, 'data/local/persona.sqlite');
    mkdirSync(dirname(own), { recursive: true });
    cpSync(path, own);
    chmodSync(dirname(own), 0o755);
    chmodSync(own, 0o644);
    const seen = read(await runHere(['doctor', '--json'], settings));
    expect(told(seen)).toBe(
      `wrong permissions: others may read or open ${dirname(own)} and ${own}; \`amy doctor --fix\` makes it yours alone`,
    );
    expect(modeOf(own)).toBe('644');
    const fixed = read(await runHere(['doctor', '--json', '--fix'], settings));
    expect([fixed.code, told(fixed)]).toEqual([
      0,
      expect.stringMatching(/^mended permissions: others could read/),
    ]);
    expect([modeOf(dirname(own)), modeOf(own)]).toEqual(['700', '600']);
    expect(server.asked).toHaveLength(6);
  });

  ill('a folder that cannot be written', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    const { remedy, ...found } = checkDisk(join(file, 'persona.sqlite'), 0);
    expect(found).toMatchObject({ state: 'wrong', message: `cannot write in ${file}: not a directory` });
    expect(remedy).toContain('--db');
  });

  ill('a disk that is nearly full', async () => {
    const path = join(temporaryFolder(), 'data', 'persona.sqlite');
    expect(checkDisk(path, 0).state).toBe('ok');
    const found = checkDisk(path, Number.MAX_SAFE_INTEGER);
    expect(found).toMatchObject({
      state: 'wrong',
      message: expect.stringMatching(/^only [\d,]+ MB are free where /),
    });
  });

  it('asks on a terminal before it mends', async () => {
    const { path, settings } = await patient({ answers: [0, 1].flatMap(() => [HEALTHY, described(), ME]) });
    chmodSync(path, 0o644);
    const argv = ['doctor', '--db', path];
    const no = await runHere(argv, settings, { columns: 80, typed: 'n' });
    expect(no).toMatchObject({ code: 1, stderr: expect.stringContaining('Mend this now? [y/N]') });
    expect(modeOf(path)).toBe('644');
    const yes = await runHere(argv, settings, { columns: 80, typed: 'y' });
    expect(yes).toMatchObject({ code: 0, stdout: expect.stringContaining('mended  permissions') });
    expect(modeOf(path)).toBe('600');
  });

  it('shows what a server says of itself as text', async () => {
    const { path, settings } = await patient({ answers: [HEALTHY, described(HOSTILE), ME] });
    const { stdout, stderr } = await runHere(['doctor', '--db', path], settings);
    expect(stdout).toContain('speaks version a\\x1b[2J');
    expect(`${stdout}${stderr}`).not.toMatch(RAW);
  });

  it('leaves a folder that the person named as it is', async () => {
    const { path, doctor } = await patient();
    chmodSync(dirname(path), 0o755);
    expect(told(await doctor('--fix'))).toBe('');
    expect(modeOf(dirname(path))).toBe('755');
  });

  it('finds all that the manual says it does, and the manual all that is tried here', () => {
    const manual = readFileSync(new URL('../../docs/local-file.md', import.meta.url), 'utf8');
    const [, table = ''] = manual.split('| what is wrong | ');
    const rows = [...table.matchAll(/^\| ([^|]+?) \| /gm)].map(([, name]) => name);
    expect(rows.toSorted()).toEqual([...TRIED].toSorted());
  });
});
