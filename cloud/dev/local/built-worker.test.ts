import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, it, onTestFinished } from 'vitest';
import { builtWorker, OPTIONS_FILE, WORKER_OPTIONS, wranglerEnvironment } from './built-worker.ts';
import { startNode } from './child.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const MAIN = 'cloud/src/index.ts';
/** Compressed, with some room: whatever makes it much larger is to be noticed. */
const BUNDLE_BYTES_MAX = 260_000;

it('is made once of the same sources, with the bindings of wrangler.toml', async () => {
  const folder = await builtWorker(root, MAIN);
  expect(JSON.parse(readFileSync(join(folder, OPTIONS_FILE), 'utf8'))).toMatchObject({
    bindings: { TERRA_SIGNATURE_TOLERANCE_S: '172800' },
    d1Databases: { DB: {} },
    queueConsumers: { 'terra-events': { deadLetterQueue: 'terra-events-dlq' } },
  });
  const bundle = readFileSync(join(folder, 'index.js'), 'utf8');
  // A stack trace in a log says which of our functions it was; nobody asks for errors in other languages.
  expect(bundle).toContain('"consumeBatch"');
  expect(bundle).not.toContain('Ungültige Eingabe');
  expect(gzipSync(bundle).byteLength).toBeLessThan(BUNDLE_BYTES_MAX);
  // Nothing is started for it the second time: a start would throw.
  expect(await builtWorker(root, MAIN, AbortSignal.abort())).toBe(folder);
  // Of other sources it is another.
  await expect(builtWorker(root, MAIN, AbortSignal.abort(), ['cloud/bench'])).rejects.toThrow();
}, 90_000);

it('has no secret of this machine in it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'amy-options-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [config, file] = [join(folder, 'wrangler.toml'), join(folder, OPTIONS_FILE)];
  copyFileSync(join(root, 'wrangler.toml'), config);
  mkdirSync(join(folder, 'migrations'));
  writeFileSync(join(folder, '.dev.vars'), 'TERRA_API_KEY=a-secret-of-this-machine\n');
  const child = startNode([WORKER_OPTIONS, config, folder], {
    cwd: root,
    env: wranglerEnvironment(process.env),
  });
  expect(await child.ended, child.output()).toBe(0);
  expect(readFileSync(file, 'utf8')).not.toContain('a-secret-of-this-machine');
}, 90_000);

it('says in the words of wrangler why it cannot be made', async () => {
  await expect(builtWorker(root, 'cloud/src/nowhere.ts')).rejects.toThrow(
    /the Worker could not be built:[\s\S]*nowhere\.ts/,
  );
}, 90_000);
