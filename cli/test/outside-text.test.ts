import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import {
  accessToken,
  deviceLoginStarted,
  sessionList,
  sessionsEnded,
} from '../../cloud/src/contract/auth.ts';
import { connectionRemoved, connectPage } from '../../cloud/src/contract/connections.ts';
import { erasureReceipt } from '../../cloud/src/contract/erasure.ts';
import { importAccepted, importListed, importProgress } from '../../cloud/src/contract/import.ts';
import { labDeleted, labUploadDetails, labUploaded, labUploadList } from '../../cloud/src/contract/labs.ts';
import { me } from '../../cloud/src/contract/me.ts';
import { eventList, eventsFound, personOverview, storedEvent } from '../../cloud/src/contract/operator.ts';
import { listOf } from '../../cloud/src/contract/parameters.ts';
import { profileAnswer } from '../../cloud/src/contract/profile.ts';
import { rebuildStarted } from '../../cloud/src/contract/rebuild.ts';
import { traceList } from '../../cloud/src/contract/traces.ts';
import { amy, settingsFor } from './support/amy.ts';
import { farEnd, type Reply, refusal, type Step } from './support/far-end.ts';
import { HOSTILE, hostileAnswer, RAW } from './support/hostile.ts';
import { type Printed, runHere } from './support/in-process.ts';
import { daily, pageReply, T1, tokenOf } from './support/pages.ts';
import { homeOf, signInOf } from './support/signed-in.ts';
import { temporaryFolder } from './support/temporary.ts';

const WHOLE_ID = '9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d';

/** A file's name can hold neither its end nor a folder's. */
const HOSTILE_NAME = HOSTILE.replace(/[\0/]/g, '');

const refused: Step = { status: 400, body: refusal(HOSTILE, HOSTILE, HOSTILE) };

function reply<Schema extends z.ZodObject>(schema: Schema, more: Partial<z.input<Schema>> = {}): Reply {
  return { body: schema.parse({ ...Object(hostileAnswer(schema)), ...more }) };
}

const lastPage = { has_more: false, next_cursor: null };
const ids = { access_token: 'token', expires_in: 9_000_000 };
const ended = reply(importProgress, {
  state: 'incomplete',
  requests: { total: 2, pending: 0, sent: 1, complete: 1, silent: 0, failed: 1 },
  connections: (['pending', 'failed'] as const).map((state) => ({
    connection_id: HOSTILE,
    provider: HOSTILE,
    resource: HOSTILE,
    state,
    reason: HOSTILE,
  })),
});
const mine = daily(HOSTILE, HOSTILE, { hrv_method: HOSTILE });
const wrong = daily('oura', '2026-03-01', { steps: HOSTILE });

type Asking = {
  readonly argv: readonly string[];
  readonly answers: readonly Step[];
  /** What people see of it. */
  readonly shown?: string;
};

/** Every command that prints what a server answers, and its answers. */
const ASKING: readonly Asking[] = [
  { argv: ['login'], answers: [reply(deviceLoginStarted, { interval: 0 }), reply(accessToken, ids)] },
  { argv: ['whoami'], answers: [reply(sessionList, lastPage)] },
  { argv: ['sessions'], answers: [reply(sessionList, lastPage)] },
  {
    argv: ['sessions', 'revoke', HOSTILE],
    answers: [reply(sessionList, lastPage), reply(sessionsEnded)],
  },
  { argv: ['connect'], answers: [reply(connectPage)] },
  { argv: ['connections'], answers: [reply(me)] },
  { argv: ['connections', 'remove', HOSTILE], answers: [reply(me), reply(connectionRemoved)] },
  { argv: ['import'], answers: [reply(importAccepted)] },
  { argv: ['import', '--wait'], answers: [reply(importAccepted), ended] },
  { argv: ['import', 'list'], answers: [reply(listOf(importListed), lastPage)] },
  {
    argv: ['import', '--status', HOSTILE],
    answers: [reply(listOf(importListed), lastPage), ended],
  },
  { argv: ['labs', 'list'], answers: [reply(labUploadList, lastPage)] },
  { argv: ['labs', 'show', HOSTILE], answers: [reply(labUploadList, lastPage), reply(labUploadDetails)] },
  { argv: ['labs', 'retry', HOSTILE], answers: [reply(labUploadList, lastPage), reply(labUploaded)] },
  {
    argv: ['labs', 'delete', HOSTILE, '--yes'],
    answers: [reply(labUploadList, lastPage), reply(labDeleted)],
  },
  { argv: ['profile', 'show'], answers: [reply(profileAnswer)] },
  { argv: ['profile', 'set', '--age', '41'], answers: [reply(profileAnswer)] },
  // The receipt's names are counted together where they are not known: no text of the server is shown.
  { argv: ['erase', '--yes'], answers: [reply(erasureReceipt)], shown: '1 record that Amy kept' },
  { argv: ['admin', 'dlq'], answers: [reply(eventList, { next_cursor: null })] },
  { argv: ['admin', 'search'], answers: [reply(eventsFound, { next_cursor: null })] },
  {
    argv: ['admin', 'show', '1'],
    answers: [
      { body: { ...Object(hostileAnswer(storedEvent)), id: 1, [HOSTILE]: HOSTILE } },
      reply(traceList, { next_cursor: null }),
    ],
  },
  { argv: ['admin', 'traces'], answers: [reply(traceList, { next_cursor: null })] },
  { argv: ['admin', 'user', HOSTILE], answers: [reply(personOverview)] },
  {
    argv: ['admin', 'wipe', HOSTILE, '--yes'],
    answers: [{ body: { ok: true, [HOSTILE]: 1, remaining: 0 } }],
  },
  {
    argv: ['admin', 'rebuild', HOSTILE],
    answers: [reply(rebuildStarted, { ok: true, finished_at: HOSTILE })],
  },
  {
    argv: ['sync'],
    answers: [{ body: { ...Object(pageReply(T1, { daily_summary: [mine] }).body), now: HOSTILE } }],
    shown: 'Everything is in',
  },
  { argv: ['sync'], answers: [pageReply(T1, { daily_summary: [wrong] })], shown: '\\u001b[2J' },
];

const ASKING_BY_NAME = ASKING.map((asking) => ({
  ...asking,
  name: ['amy', ...asking.argv.filter((word) => word !== HOSTILE)].join(' '),
}));

function expectClean({ stdout, stderr }: Printed): void {
  for (const printed of [stdout, stderr]) {
    expect(printed).not.toMatch(RAW);
    expect(printed).not.toMatch(/^FORGED/m);
  }
}

/** Runs a command for people and with `--json`; both print nothing raw, and JSON is the same value. */
async function expectCleanBothWays(
  argv: readonly string[],
  answers: readonly Step[],
  envOf = (url: string): Readonly<Record<string, string>> => settingsFor(url).env,
): Promise<readonly [plain: Printed, machine: Printed]> {
  const plain = await runHere(argv, envOf((await farEnd(...answers)).url));
  expectClean(plain);
  const machine = await runHere([...argv, '--json'], envOf((await farEnd(...answers)).url));
  expectClean(machine);
  for (const printed of [machine.stdout, machine.stderr].filter((text) => text !== '')) JSON.parse(printed);
  return [plain, machine];
}

describe('what the server answers', () => {
  it.each(ASKING_BY_NAME)('is escaped by $name', async ({ argv, answers, shown = '\\x1b[2J' }) => {
    const [plain] = await expectCleanBothWays(argv, answers);
    expect(`${plain.stdout}${plain.stderr}`).toContain(shown);
  });

  it.each(ASKING_BY_NAME)('is escaped by $name where it is a refusal', async ({ argv }) => {
    const [plain, machine] = await expectCleanBothWays(argv, [refused]);
    expect(plain).toMatchObject({ code: 1, stdout: '' });
    expect(plain.stderr).toContain('\\x1b[2J');
    expect(JSON.parse(machine.stderr)).toEqual({
      error: { code: HOSTILE, message: HOSTILE, request_id: HOSTILE },
    });
  });

  it('is escaped after an upload', async () => {
    const path = join(temporaryFolder(), `${HOSTILE_NAME}.pdf`);
    writeFileSync(path, 'PDF');
    const [plain] = await expectCleanBothWays(
      ['labs', 'upload', path],
      [reply(labUploadList, lastPage), reply(labUploaded)],
    );
    expect(plain.stdout).toContain('\\x1b[2J');
  });

  it('is escaped where it is no answer of an Amy server', async () => {
    const headers = { location: 'http://\u009b2J', 'x-request-id': '\u009b2J' };
    const [plain] = await expectCleanBothWays(['whoami'], [{ status: 302, headers, body: HOSTILE }]);
    expect(plain.stderr).toContain('\\x9b2J');
  });

  it('keeps its value in JSON', async () => {
    const [, machine] = await expectCleanBothWays(['connections'], [reply(me)]);
    expect(JSON.parse(machine.stdout)).toMatchObject({
      connections: [{ provider: HOSTILE, state_message: HOSTILE }],
    });
  });

  it('is escaped by a process of its own too, in a cell of one line', async () => {
    const { env } = settingsFor((await farEnd(reply(me))).url);
    const printed = await amy(['connections'], { env });
    expect(printed).toMatchObject({ code: 0, stderr: '' });
    expect(printed.stdout).not.toMatch(RAW);
    expect(printed.stdout.trimEnd().split('\n')).toHaveLength(2);
  });
});

describe('what stands in a file, an argument or the environment', () => {
  it('is escaped in what a mirror holds and where it is', async () => {
    const path = join(temporaryFolder(), HOSTILE_NAME);
    const device = { status: 503, body: refusal('unavailable', HOSTILE) };
    const page = pageReply(T1, { daily_summary: [mine] });
    const { env } = settingsFor((await farEnd(device, device, page, device, device)).url);
    for (const argv of [['status'], ['sync'], ['status'], ['reset'], ['reset', '--yes']]) {
      for (const json of argv[0] === 'status' ? [[], ['--json']] : [[]]) {
        const printed = await runHere([...argv, '--db', path, ...json], env);
        expectClean(printed);
        const escaped = json.length === 0 ? '\\x1b[2J' : '\\u001b[2J';
        expect(`${printed.stdout}${printed.stderr}`).toContain(escaped);
      }
    }
    const foreign = join(temporaryFolder(), HOSTILE_NAME);
    writeFileSync(foreign, 'no database at all, and long enough');
    expect((await expectCleanBothWays(['status', '--db', foreign], []))[0].code).toBe(1);
  });

  it('is escaped in the stored sign-in', async () => {
    const envOf = (url: string) =>
      homeOf({ [url]: { ...signInOf('user_1', HOSTILE), user_id: HOSTILE } }).env;
    for (const argv of [['whoami'], ['logout'], ['login']]) {
      const answer = argv[0] === 'whoami' ? reply(sessionList, lastPage) : refused;
      const [plain] = await expectCleanBothWays(argv, [answer], envOf);
      expect(`${plain.stdout}${plain.stderr}`).toContain('\\x1b[2J');
    }
  });

  it('is escaped in a token and in wrong command lines', async () => {
    const own = (url: string) => ({ ...settingsFor(url).env, AMY_TOKEN: tokenOf(HOSTILE) });
    const [plain] = await expectCleanBothWays(['whoami'], [reply(sessionList, lastPage)], own);
    expect(plain.stdout).toContain('User     a\\x1b[2J');
    for (const argv of [[HOSTILE], ['sync', `--${HOSTILE}`], ['labs', 'upload', HOSTILE]]) {
      const [usage] = await expectCleanBothWays(
        argv.map((word) => word.replace('\nFORGED', '')),
        [],
      );
      expect(usage.code).not.toBe(0);
      expect(usage.stderr).toContain('\\x1b[2J');
    }
    // No line of its own begins with what was typed.
    expect((await expectCleanBothWays(['admin', 'show', HOSTILE], []))[0].code).toBe(2);
    const elsewhere = { AMY_HOME: temporaryFolder(), AMY_TOKEN: 'token', AMY_API_URL: HOSTILE };
    const nowhere = await runHere(['whoami'], elsewhere);
    expectClean(nowhere);
    expect(nowhere.stderr).toContain('\\x1b[2J');
  });

  it('is not in the name of a file that is saved', async () => {
    const folder = temporaryFolder();
    const headers = {
      'content-type': 'application/pdf',
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(HOSTILE)}`,
    };
    const { env } = settingsFor((await farEnd({ headers, body: 'PDF' })).url);
    const printed = await amy(['labs', 'file', WHOLE_ID], { env, cwd: folder });
    expect(printed.code).toBe(0);
    expect(printed.stdout).not.toMatch(RAW);
    expect(readdirSync(folder)).toEqual([expect.not.stringMatching(new RegExp(`${RAW.source}|\\n`, 'u'))]);
  });

  it('is not a file written to a terminal', async () => {
    const { env } = settingsFor((await farEnd()).url);
    const onTerminal = `data:text/javascript,Object.defineProperty(process.stdout,'isTTY',{value:true})`;
    const ended = await amy(['labs', 'file', WHOLE_ID, '--output', '-'], {
      env,
      nodeOptions: ['--import', onTerminal],
    });
    expect(ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('pipe it') });
  });
});
