import { afterEach, vi } from 'vitest';
import { run } from '../../src/program.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

export type Printed = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** Runs one command line in this process, for what needs many of them, and gives the bytes it printed. */
export async function runHere(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Printed> {
  for (const name of ['AMY_TOKEN', 'AMY_HOME', 'AMY_API_URL']) vi.stubEnv(name, env[name] ?? '');
  const stdout = collect(process.stdout);
  const stderr = collect(process.stderr);
  try {
    return { code: await run(argv), stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    stdout.stop();
    stderr.stop();
  }
}

function collect(stream: NodeJS.WriteStream) {
  const chunks: Buffer[] = [];
  const spy = vi.spyOn(stream, 'write').mockImplementation((chunk: string | Uint8Array) => {
    chunks.push(Buffer.from(chunk));
    return true;
  });
  return { text: () => Buffer.concat(chunks).toString('utf8'), stop: () => spy.mockRestore() };
}
