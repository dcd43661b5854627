import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** The CLI as one person on one machine runs it: a real process each time, with a home of its own. */
export type Amy = {
  /** Runs a command to its end; answers the JSON document it printed. Throws with its own words where it fails. */
  readonly run: (...args: string[]) => Promise<unknown>;
  /** The token it is signed in with. */
  readonly token: () => Promise<string>;
  /** Signs in; `open` is given the address to approve it at, as soon as it is told. */
  readonly login: (open: (address: string) => Promise<void>) => Promise<unknown>;
};

const credentials = z.object({ servers: z.record(z.string(), z.looseObject({ token: z.string() })) });

type Finished = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** `home` is where it keeps its credentials and the mirror. */
export function amyOf(root: string, url: string, home: string): Amy {
  const { AMY_TOKEN: _token, ...environment } = process.env;
  const start = (args: readonly string[]) => {
    const child = spawn(
      process.execPath,
      [join(root, 'cli', 'bin', 'amy.js'), '--json', '--url', url, ...args],
      { cwd: root, env: { ...environment, AMY_HOME: home }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    const { promise: finished, resolve } = Promise.withResolvers<Finished>();
    child.once('close', (code) => resolve({ code, stdout, stderr }));
    const onNotice = (listener: (text: string) => void) =>
      child.stderr.on('data', (chunk: Buffer) => {
        stderr += chunk.toString();
        listener(stderr);
      });
    return { finished, onNotice };
  };
  const answer = (args: readonly string[], { code, stdout, stderr }: Finished): unknown => {
    if (code !== 0) throw new Error(`amy ${args.join(' ')} ended with ${code}:\n${stderr}`);
    return JSON.parse(stdout);
  };
  return {
    run: async (...args) => {
      const { finished, onNotice } = start(args);
      onNotice(() => undefined);
      return answer(args, await finished);
    },
    token: async () => {
      const stored: unknown = JSON.parse(await readFile(join(home, 'credentials.json'), 'utf8'));
      return credentials.parse(stored).servers[url]?.token ?? '';
    },
    login: async (open) => {
      const { finished, onNotice } = start(['login']);
      const opened = new Promise<void>((resolve, reject) => {
        let isOpened = false;
        onNotice((text) => {
          const address = /"verification_uri_complete":"([^"]+)"/.exec(text)?.[1];
          if (address === undefined || isOpened) return;
          isOpened = true;
          open(address).then(resolve, reject);
        });
        void finished.then(({ code, stderr }) => {
          if (code !== 0) reject(new Error(`amy login ended with ${code}:\n${stderr}`));
        });
      });
      await opened;
      return answer(['login'], await finished);
    },
  };
}
