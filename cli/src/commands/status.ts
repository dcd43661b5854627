import type { Command } from 'commander';
import { type MetricSources, RECENT_DAYS } from '../mirror/metric-sources.ts';
import { openMirrorIfAny } from '../mirror/mirror.ts';
import { type MirrorStatus, readMirrorStatus } from '../mirror/status.ts';
import { renderCount, renderSize } from '../terminal/counts.ts';
import type { Table } from '../terminal/layout.ts';
import { type Lines, showAnswer } from '../terminal/output.ts';
import { renderTable } from '../terminal/table.ts';
import type { ShowTime } from '../terminal/times.ts';
import { type CommandContext, contextOf } from './context.ts';
import { type DevicesAnswer, readDevices, renderDevices } from './status-devices.ts';

export function addStatusCommand(program: Command): void {
  program
    .command('status')
    .description('what the file holds, and which device is silent')
    .action((_options: unknown, command: Command) => showStatus(contextOf(command)));
}

async function showStatus(context: CommandContext): Promise<void> {
  const status = readStatus(context.databasePath);
  const devices = await readDevices(context);
  const shown = renderDevices(devices, context.time);
  showAnswer(
    context.json,
    { ...statusDocument(context.databasePath, status), devices: devicesDocument(devices) },
    [
      ...renderStatus(context.databasePath, status, context.time),
      ...(shown.length > 0 ? ['', ...shown] : []),
    ],
  );
}

/** Null where the server was not asked, or did not answer. */
function devicesDocument(devices: DevicesAnswer): readonly Record<string, unknown>[] | null {
  if (devices.state !== 'told') return null;
  return devices.connections.map(({ id, provider, state, last_received_at, silences }) => ({
    ...{ id, provider, state, last_received_at, silences },
  }));
}

/** Null where nothing was synced yet, which is a state to tell of and no failure. */
function readStatus(path: string): MirrorStatus | null {
  const database = openMirrorIfAny(path);
  if (database === null) return null;
  try {
    return readMirrorStatus(database, path);
  } finally {
    database.close();
  }
}

function statusDocument(path: string, status: MirrorStatus | null): Record<string, unknown> {
  return {
    database: path,
    synced: status !== null,
    bytes: status?.bytes ?? 0,
    server: status?.server ?? null,
    last_sync_at: status?.lastSyncAt ?? null,
    last_verify_at: status?.lastVerifyAt ?? null,
    since: status?.since ?? null,
    current_layout: (status?.layout ?? 'current') === 'current',
    rows: status?.rows ?? {},
    sources: status?.sources ?? [],
    metrics: status?.metrics ?? [],
  };
}

function renderStatus(path: string, status: MirrorStatus | null, time: ShowTime): Lines {
  if (status === null) return [`Nothing at ${path} yet; run \`amy sync\`.`];
  const facts = [
    `File         ${path} (${renderSize(status.bytes)})`,
    `Server       ${status.server ?? '-'}`,
    `Last sync    ${status.lastSyncAt === null ? '-' : time(status.lastSyncAt)}`,
    `Last verify  ${status.lastVerifyAt === null ? 'never; `amy verify` compares the file with the server' : time(status.lastVerifyAt)}`,
  ];
  if (status.layout !== 'current') facts.push(`Layout       ${renderLayout(status.layout)}`);
  const rows = Object.entries(status.rows).map(([name, count]) => [name, renderCount(count)]);
  const sources = status.sources.map(({ source, newest }) => [source, newest]);
  const tables: Lines[number][] = [...renderTable(['table', 'rows'], rows, ['left', 'right'])];
  if (sources.length > 0) tables.push('', ...renderTable(['source', 'newest'], sources));
  if (status.metrics.length > 0) tables.push('', ...renderMetrics(status.metrics));
  return [...facts, '', ...tables];
}

function renderLayout(layout: MirrorStatus['layout']): string {
  return layout === 'newer'
    ? 'of a newer amy; update amy, this one changes nothing in the file'
    : 'of another version of amy; the next sync brings it up to date';
}

/** A row for all metrics that come from the same sources: most of one device's do. */
function renderMetrics(metrics: readonly MetricSources[]): readonly [string, Table] {
  const bySources = new Map<string, string[]>();
  for (const { metric, sources } of metrics) {
    const names = sources.map(({ source }) => source).join(', then ');
    bySources.set(names, [...(bySources.get(names) ?? []), metric]);
  }
  const rows = [...bySources].map(([names, shown]) => [names, shown.join(', ')]);
  const [table] = renderTable(['source', 'columns'], rows);
  return [`What summary shows of the last ${RECENT_DAYS} days:`, table];
}
