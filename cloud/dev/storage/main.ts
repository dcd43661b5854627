import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Measured, storageRun } from './run.ts';
import { CASES, type Case } from './year.ts';

const DAYS_A_YEAR = 365;

const { values } = parseArgs({
  options: { days: { type: 'string', default: '60' }, only: { type: 'string', default: '' } },
});
const days = Number(values.days);

/** What was measured, scaled to a year: rows grow with the days, so their pages do. */
function tableOf(one: Case, { events, bodyBytes, before, after }: Measured): readonly string[] {
  const megabytes = (bytes: number) => ((bytes * DAYS_A_YEAR) / days / 1_000_000).toFixed(2).padStart(8);
  const total = (tables: ReadonlyMap<string, number>) => [...tables.values()].reduce((sum, n) => sum + n, 0);
  const names = [...new Set([...before.keys(), ...after.keys()])]
    .filter((name) => (before.get(name) ?? 0) + (after.get(name) ?? 0) > 0)
    .toSorted((a, b) => (after.get(b) ?? 0) - (after.get(a) ?? 0));
  return [
    `${one.name}: ${events} events of ${days} days, ${Math.round(bodyBytes / events)} bytes a body`,
    `${'MB of D1 a user-year'.padEnd(24)}  before   after`,
    ...names.map(
      (name) => `${name.padEnd(24)}${megabytes(before.get(name) ?? 0)}${megabytes(after.get(name) ?? 0)}`,
    ),
    `${'all'.padEnd(24)}${megabytes(total(before))}${megabytes(total(after))}   at most ${one.megabytesMax}`,
    '',
  ];
}

if (!Number.isInteger(days) || days < 1 || days > DAYS_A_YEAR) {
  console.error(`usage: npm run storage [-- --days 1..${DAYS_A_YEAR}] [--only "text of a case"]`);
  process.exitCode = 2;
} else {
  for (const one of CASES.filter(({ name }) => name.includes(values.only))) {
    const measured = await storageRun(one, {
      root: fileURLToPath(new URL('../../..', import.meta.url)),
      until: new Date(Date.now() - 86_400_000).toISOString().slice(0, 10),
      days,
      onProgress: (line) => console.error(line),
    });
    console.log(tableOf(one, measured).join('\n'));
    const bytes = [...measured.after.values()].reduce((sum, n) => sum + n, 0);
    if ((bytes * DAYS_A_YEAR) / days > one.megabytesMax * 1_000_000) process.exitCode = 1;
  }
}
