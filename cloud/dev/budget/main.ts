import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { CAN_MEASURE } from '../size/process-memory.ts';
import { worstBodies } from './bodies.ts';
import { budgetRun, type Measured } from './run.ts';

/** What one body may cost beyond what the simulators need, and what deliveries beside twenty of it wait at most. */
const CPU_MS_MAX = 1_000;
const GROWN_MAX = 64_000_000;
const P99_MS_MAX = 2_000;

/** As large as the routes take them: limits.ts. */
const SIZES = { json: 262_144, file: 10 * 1_024 * 1_024, whole: 8_000_000, streamed: 99_000_000 };

const { values } = parseArgs({
  options: { only: { type: 'string', default: '' }, flood: { type: 'boolean', default: false } },
});

function failuresOf({ worst, cost, floor, webhookP99Ms }: Measured): readonly string[] {
  return [
    ...(cost.cpuMs - floor.cpuMs > CPU_MS_MAX ? ['CPU'] : []),
    ...(cost.grown - floor.grown > GROWN_MAX ? ['memory'] : []),
    ...(webhookP99Ms !== null && webhookP99Ms > P99_MS_MAX ? ['p99'] : []),
    ...(cost.status >= 500 || (worst.status !== 0 && cost.status !== worst.status) ? ['status'] : []),
  ];
}

function row(measured: Measured): string {
  const { worst, bytes, cost, floor, webhookP99Ms } = measured;
  const cells = [
    worst.route,
    worst.what,
    megabytes(bytes),
    cost.status,
    Math.round(cost.cpuMs),
    Math.round(floor.cpuMs),
    megabytes(cost.grown),
    megabytes(floor.grown),
    webhookP99Ms === null ? '' : Math.round(webhookP99Ms),
    failuresOf(measured).join(', '),
  ];
  return `| ${cells.join(' | ')} |`;
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1);
}

if (CAN_MEASURE) {
  console.log(
    '| route | body | MB | status | CPU ms | floor CPU ms | grown MB | floor grown MB | webhook p99 ms | too much |',
  );
  console.log('|---|---|---|---|---|---|---|---|---|---|');
  let failed = 0;
  await budgetRun({
    root: fileURLToPath(new URL('../../..', import.meta.url)),
    bodies: worstBodies(SIZES).filter(({ route, what }) => `${route}: ${what}`.includes(values.only)),
    isFlooded: values.flood,
    onMeasured: (measured) => {
      if (failuresOf(measured).length > 0) failed += 1;
      console.log(row(measured));
    },
  });
  process.exitCode = failed === 0 ? 0 : 1;
} else {
  console.error('what a process needs is read from /proc, which only Linux has');
  process.exitCode = 2;
}
