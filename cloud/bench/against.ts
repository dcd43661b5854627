import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Report } from './table.ts';

const figure = z.object({ median: z.number(), spread: z.number() });

const count = z.object({
  what: z.string(),
  round_trips: z.number(),
  queries: z.number(),
  rows_read: z.number(),
  rows_written: z.number(),
  rows_at_most: z.number().nullable(),
});

const report = z.object({
  made_at: z.string(),
  node: z.string(),
  figures: z.array(
    z.object({
      scene: z.string(),
      who: z.string(),
      wall_ms: figure,
      cpu_ms: figure.nullable(),
      wall_ratio: z.number().nullable(),
      cpu_ratio: z.number().nullable(),
      target: z.number().nullable(),
    }),
  ),
  counts: z.array(count).default([]),
});

/** An earlier run's figures. Throws naming the file where it is none. */
export function readReport(path: string): Report {
  const parsed = report.safeParse(JSON.parse(readFileSync(path, 'utf8')));
  if (!parsed.success) throw new Error(`${path} is no report of \`npm run bench\``);
  return parsed.data;
}

/**
 * What changed more than the rounds of either run lay apart. Ratios are compared and not times: another machine, or the
 * same on another day, is slower for the floor, too.
 */
export function comparison(earlier: Report, now: Report): readonly string[] {
  const counts = now.counts.flatMap(({ what, rows_written: to }) => {
    const from = earlier.counts.find((one) => one.what === what)?.rows_written;
    return from === undefined || from === to ? [] : [`${what}: ${from} -> ${to} rows written`];
  });
  const times = now.figures.flatMap(({ scene, who, wall_ratio, wall_ms }) => {
    const before = earlier.figures.find((one) => one.scene === scene && one.who === who);
    if (before === undefined || wall_ratio === null || before.wall_ratio === null) return [];
    const change = wall_ratio / before.wall_ratio - 1;
    const noise = wall_ms.spread / wall_ms.median + before.wall_ms.spread / before.wall_ms.median;
    if (Math.abs(change) <= noise) return [];
    const [from, to] = [before.wall_ratio.toPrecision(3), wall_ratio.toPrecision(3)];
    return [`${scene}, ${who}: ${from} -> ${to}, ${change > 0 ? 'faster' : 'slower'} beyond the spread`];
  });
  const lines = [...times, ...counts];
  return lines.length === 0 ? [`nothing changed beyond the spread since ${earlier.made_at}`] : lines;
}
