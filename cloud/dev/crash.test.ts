import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { crashRun } from './crash/run.ts';
import { today } from './today.ts';

/** The same code with more kills and other seeds: `npm run crash -- --kills 30 --seed 2`. */

const KILLS = 1;
const SEED = 1;

it('killed under load, it loses no acknowledged delivery, doubles no row and leaves no mirror behind', async () => {
  const lines: string[] = [];
  const { figures, problems } = await crashRun({
    root: fileURLToPath(new URL('../..', import.meta.url)),
    kills: KILLS,
    seed: SEED,
    today: today(),
    onProgress: (line) => lines.push(line),
  });
  console.log([...lines, JSON.stringify({ seed: SEED, ...figures })].join('\n'));
  expect(problems).toEqual([]);
  expect(figures.kills).toBe(KILLS);
  expect(figures.acknowledged).toBe(figures.deliveries);
  expect(figures.events).toBeGreaterThan(200);
  // Else the kills came when there was nothing to lose.
  expect(figures.cutOff).toBeGreaterThan(0);
}, 480_000);
