import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { fillFourYears } from './four-years.ts';

const ROUNDS = 9;
const LAST_DAYS = '2026-01-30';

/** What people read first, and how many milliseconds of one core it may take. */
const READS: readonly (readonly [statement: string, most: number])[] = [
  ['select * from summary', 141],
  ['select * from summary_composites', 300],
  ['select * from biomarkers_wide', 90],
  ['select * from activities_merged', 300],
  ['select * from source_changes', 1500],
  [`select * from summary where datetime >= '${LAST_DAYS}'`, 50],
  [`select * from summary_composites where datetime >= '${LAST_DAYS}'`, 50],
  [`select * from biomarkers_wide where draw_date >= '${LAST_DAYS}'`, 50],
];

const answer = z.object({
  sqlite: z.string(),
  answers: z.array(z.object({ statement: z.string(), rows: z.number(), ms: z.number() })),
});

const folder = mkdtempSync(join(tmpdir(), 'amy-bench-'));
try {
  const path = join(folder, 'persona.sqlite');
  fillFourYears(path);
  const script = fileURLToPath(new URL('./read.py', import.meta.url));
  const statements = READS.map(([statement]) => statement);
  const { stdout, stderr, status } = spawnSync('python3', [script, path, String(ROUNDS), ...statements], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`python3 is needed, with its own sqlite3: ${stderr}`);
  const { sqlite, answers } = answer.parse(JSON.parse(stdout));
  console.log(
    `Four years of three devices, read by Python with SQLite ${sqlite}: the best of ${ROUNDS} rounds.`,
  );
  answers.forEach(({ statement, rows, ms }, index) => {
    const most = READS[index]?.[1] ?? 0;
    console.log(
      `${ms.toFixed(1).padStart(7)} ms, at most ${String(most).padStart(3)}  ${String(rows).padStart(5)} rows  ${statement}`,
    );
    if (ms > most) process.exitCode = 1;
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
