import { PassThrough } from 'node:stream';
import { vi } from 'vitest';
import { afterEachTest } from '../../../cloud/dev/after-each-test.ts';
import { run } from '../../src/program.ts';

afterEachTest(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

export type Printed = { readonly code: number; readonly stdout: string; readonly stderr: string };

/**
 * Runs one command line in this process, for what needs many of them, and gives the bytes it printed: into a pipe, or
 * on a terminal of so many columns. `typed` is what somebody answers who sits there; without it nobody does.
 */
export async function runHere(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  { columns, typed }: { readonly columns?: number; readonly typed?: string } = {},
): Promise<Printed> {
  for (const name of ['AMY_TOKEN', 'AMY_HOME', 'AMY_API_URL', 'AMY_ADMIN_KEY'])
    vi.stubEnv(name, env[name] ?? '');
  // A terminal without bold heads.
  vi.stubEnv('NO_COLOR', '1');
  const restore = [process.stdout, process.stderr].map((stream) => pretendTerminal(stream, columns));
  if (typed !== undefined) restore.push(pretendTyped(typed));
  const stdout = collect(process.stdout);
  const stderr = collect(process.stderr);
  try {
    return { code: await run(argv), stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    stdout.stop();
    stderr.stop();
    for (const back of restore) back();
  }
}

/** Somebody at the keyboard who typed a line. */
function pretendTyped(line: string): () => void {
  const before = Object.getOwnPropertyDescriptor(process, 'stdin') ?? {};
  const value = Object.assign(new PassThrough(), { isTTY: true });
  value.write(`${line}\n`);
  Object.defineProperty(process, 'stdin', { value, configurable: true });
  return () => void Object.defineProperty(process, 'stdin', before);
}

function pretendTerminal(stream: NodeJS.WriteStream, columns: number | undefined): () => void {
  const before = { isTTY: stream.isTTY, columns: stream.columns };
  Object.assign(stream, { isTTY: columns !== undefined, columns });
  return () => void Object.assign(stream, before);
}

function collect(stream: NodeJS.WriteStream) {
  const chunks: Buffer[] = [];
  const spy = vi.spyOn(stream, 'write').mockImplementation((chunk: string | Uint8Array) => {
    chunks.push(Buffer.from(chunk));
    return true;
  });
  return { text: () => Buffer.concat(chunks).toString('utf8'), stop: () => spy.mockRestore() };
}
