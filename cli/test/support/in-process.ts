import { afterEach, vi } from 'vitest';
import { run } from '../../src/program.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

export type Printed = { readonly code: number; readonly stdout: string; readonly stderr: string };

/**
 * Runs one command line in this process, for what needs many of them, and gives the bytes it printed: into a pipe, or
 * on a terminal of so many columns.
 */
export async function runHere(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  { columns }: { readonly columns?: number } = {},
): Promise<Printed> {
  for (const name of ['AMY_TOKEN', 'AMY_HOME', 'AMY_API_URL', 'AMY_ADMIN_KEY'])
    vi.stubEnv(name, env[name] ?? '');
  // A terminal without bold heads.
  vi.stubEnv('NO_COLOR', '1');
  const restore = [process.stdout, process.stderr].map((stream) => pretendTerminal(stream, columns));
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
