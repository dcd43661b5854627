import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { changeCurrentMirror } from '../../../cli/src/mirror/current-mirror.ts';
import { fillMirror } from '../../../cli/src/mirror/fill.ts';
import { writeMetricOrder } from '../../../cli/src/mirror/source-order.ts';
import { shiftedEnvironment } from '../pretended-day/node-clock.ts';
import { figuresIn, isAsExpected, readPath, type Told } from './judge.ts';
import { PERSON } from './person.ts';
import type { Asked, Call, Question } from './question.ts';

/** When each server is asked, and what it may tell. */
const SERVERS: Readonly<Record<Asked, { readonly at: string; readonly view: string }>> = {
  fresh: { at: '2026-03-10T12:00:00.000Z', view: 'structured' },
  stale: { at: '2026-03-20T12:00:00.000Z', view: 'structured' },
  summary: { at: '2026-03-10T12:00:00.000Z', view: 'summary' },
};

/** How a question went. */
export type Judged = {
  readonly question: Question;
  readonly isRight: boolean;
  /** What was read from the answers. */
  readonly read: Readonly<Record<string, unknown>>;
  /** What is wrong, if anything is. */
  readonly faults: readonly string[];
};

/** Asks all of them through a client of the protocol's, of `entry` in a process of its own for each kind of server. */
export async function askAll(entry: string, questions: readonly Question[]): Promise<readonly Judged[]> {
  const folder = mkdtempSync(join(tmpdir(), 'amy-questions-'));
  const clients = new Map<Asked, Client>();
  try {
    const path = join(folder, 'persona.sqlite');
    await fillMirror(path, PERSON);
    await changeCurrentMirror(path, (database) => writeMetricOrder(database, 'steps', ['garmin']));
    const database = new DatabaseSync(path, { readOnly: true });
    const judged: Judged[] = [];
    for (const question of questions) {
      const client = clients.get(question.asked) ?? (await started(entry, path, folder, question.asked));
      clients.set(question.asked, client);
      judged.push(judge(question, await answersOf(client, question.calls), database));
    }
    database.close();
    return judged;
  } finally {
    await Promise.all([...clients.values()].map((client) => client.close()));
    rmSync(folder, { recursive: true, force: true });
  }
}

async function started(entry: string, path: string, home: string, asked: Asked): Promise<Client> {
  const { at, view } = SERVERS[asked];
  const client = new Client({ name: 'questions', version: '1' });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [entry, 'mcp', '--db', path, '--view', view],
      env: { AMY_HOME: home, ...shiftedEnvironment(Date.parse(at) - realNow()) },
    }),
  );
  return client;
}

/** What the other process's clock shows before it is shifted. */
function realNow(): number {
  return performance.timeOrigin + performance.now();
}

async function answersOf(client: Client, calls: readonly Call[]): Promise<readonly Told[]> {
  const answers: Told[] = [];
  for (const { tool, args } of calls) {
    const { content } = await client.callTool({ name: tool, arguments: { ...args } });
    const [first] = content;
    answers.push(first?.type === 'text' ? JSON.parse(first.text) : null);
  }
  return answers;
}

function judge(question: Question, answers: readonly Told[], database: DatabaseSync): Judged {
  const insufficient = readPath(answers, 'insufficient_data.reason');
  const read = {
    ...Object.fromEntries(
      Object.entries(question.read).map(([name, path]) => [name, readPath(answers, path)]),
    ),
    ...('insufficient' in question.expected ? { insufficient } : {}),
  };
  const wrong = Object.entries(question.expected).flatMap(([name, expected]) => {
    const right = bySql(database, expected);
    const found = Reflect.get(read, name);
    return isAsExpected(found, right)
      ? []
      : [`${name} is ${JSON.stringify(found)}, and not ${String(JSON.stringify(right) ?? right)}`];
  });
  const asked = Object.values(question.read);
  const leaked =
    'insufficient' in question.expected
      ? figuresIn(readPath(answers, 'result'), 'result').filter((path) => !asked.includes(path))
      : [];
  const faults = [...wrong, ...leaked.map((path) => `there is a figure at ${path}`)];
  return { question, read, faults, isRight: faults.length === 0 };
}

function bySql(database: DatabaseSync, expected: unknown): unknown {
  const sql = Object(expected).sql;
  if (typeof sql !== 'string') return expected;
  return Object.values(database.prepare(sql).get() ?? {})[0];
}
