import { finished } from 'node:stream/promises';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { clearing } from '../under-way.ts';
import { demoFile } from './demo/demo-file.ts';
import type { Scene } from './found.ts';
import { mcpServer } from './server.ts';

/** Serves one client over stdin and stdout, until it goes. Nothing else may write to stdout meanwhile. */
export async function serveMcp(scene: Scene, logFolder: string, tell: (text: string) => void): Promise<void> {
  const served = serveStdio(() => mcpServer(scene, logFolder), {
    onerror: ({ message }) => tell(`amy mcp: ${message}`),
  });
  try {
    await finished(process.stdin);
  } finally {
    await served.close();
  }
}

/** The same on made-up numbers, which are gone afterwards. */
export async function serveDemo(
  scene: Omit<Scene, 'path' | 'isDemo'>,
  logFolder: string,
  tell: (text: string) => void,
): Promise<void> {
  const { path, folder, remove } = await demoFile(scene.now());
  process.once('exit', remove);
  await clearing([folder], () => serveMcp({ ...scene, path, isDemo: true }, logFolder, tell));
}
