import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { builtWorker, OPTIONS_FILE } from './built-worker.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const MAIN = 'cloud/src/index.ts';

it('is made once of the same sources, with no secret of this machine in it', async () => {
  process.env.TERRA_API_KEY = 'a-secret-of-this-machine';
  const folder = await builtWorker(root, MAIN);
  const made = readFileSync(join(folder, OPTIONS_FILE), 'utf8');
  expect(made).not.toContain('a-secret-of-this-machine');
  expect(JSON.parse(made)).toMatchObject({
    bindings: { TERRA_SIGNATURE_TOLERANCE_S: '172800' },
    d1Databases: { DB: {} },
    queueConsumers: { 'terra-events': { deadLetterQueue: 'terra-events-dlq' } },
  });
  expect(await builtWorker(root, MAIN, AbortSignal.abort())).toBe(folder);
}, 90_000);

it('says in the words of wrangler why it cannot be made', async () => {
  await expect(builtWorker(root, 'cloud/src/nowhere.ts')).rejects.toThrow(
    /the Worker could not be built:[\s\S]*nowhere\.ts/,
  );
}, 90_000);
