import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { mirrorHistories } from './run.ts';

const HISTORIES = 4;
const SEED = 20_260_301;

it(`killed, doubled and interrupted, amy sync leaves whole mirrors (${HISTORIES} histories of seed ${SEED})`, async () => {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const { figures, problems } = await mirrorHistories({ root, histories: HISTORIES, seed: SEED, lanes: 2 });
  expect(problems).toEqual([]);
  expect(figures.syncs).toBeGreaterThan(HISTORIES);
  expect(figures.killed).toBeGreaterThan(0);
}, 180_000);
