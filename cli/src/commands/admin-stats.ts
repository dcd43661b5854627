import type { Command } from 'commander';
import { type IngestStats, ingestStats } from '../../../cloud/src/contract/stats.ts';
import { AmyError } from '../errors.ts';
import { renderCount, renderCounted } from '../terminal/counts.ts';
import { showAnswer } from '../terminal/output.ts';
import type { ShowTime } from '../terminal/times.ts';
import { type Failing, failingChecks } from './admin-check.ts';
import { operatorOf } from './admin-operator.ts';
import { type CommandContext, contextOf } from './context.ts';

export function addAdminStatsCommand(admin: Command): void {
  admin
    .command('stats')
    .description('how the server is doing: what came in, what waits, what failed')
    .option('--check', 'name what is out of order, the first cause first, and end with 1 where something is')
    .action((options: { check?: boolean }, command: Command) =>
      options.check === true ? check(contextOf(command)) : show(contextOf(command)),
    );
}

async function show(context: CommandContext): Promise<void> {
  const stats = await readStats(context);
  showAnswer(context.json, stats, renderStats(stats, context.time));
}

async function check(context: CommandContext): Promise<void> {
  const failing = failingChecks(await readStats(context), Date.now(), context.time);
  showAnswer(context.json, { ok: failing.length === 0, failing }, renderChecks(failing));
  if (failing.length === 0) return;
  const names = failing.map(({ name }) => name).join(', ');
  throw new AmyError('check_failed', `out of order: ${names}`);
}

function renderChecks(failing: readonly Failing[]): readonly string[] {
  if (failing.length === 0) return ['Everything is in order.'];
  return failing.map(({ name, message }) => `${name}: ${message}`);
}

async function readStats(context: CommandContext): Promise<IngestStats> {
  return operatorOf(context).ask({ path: '/admin/stats' }, ingestStats);
}

/** How attempts at events ended, in the words of the lines beside it. */
const OUTCOMES: Readonly<Record<keyof IngestStats['rates']['last_hour'], string>> = {
  normalized: 'became rows',
  skipped: 'held nothing that Amy keeps',
  parked: 'had to wait',
  failed: 'failed',
};

function renderOutcomes(counts: IngestStats['rates']['last_hour']): string {
  const told = Object.entries(OUTCOMES).flatMap(([outcome, words]) => {
    const count = new Map(Object.entries(counts)).get(outcome) ?? 0;
    return count === 0 ? [] : [`${renderCount(count)} ${words}`];
  });
  return told.length === 0 ? 'nothing' : told.join(', ');
}

function renderStats(stats: IngestStats, time: ShowTime): readonly string[] {
  const { last_hour: hour, last_day: day } = stats.rejected_signatures;
  const requests = renderCounted(stats.outbox_pending, 'request');
  return [
    `Events     ${renderCount(stats.events)} stored, ${renderCount(stats.normalized)} became rows, ${renderCount(stats.skipped)} held nothing that Amy keeps`,
    `Last hour  ${renderOutcomes(stats.rates.last_hour)}`,
    `On the way ${renderCount(stats.backlog)}${since(stats.oldest_backlog, time)}`,
    `Waiting    ${renderCount(stats.parked)}${since(stats.oldest_parked, time)}`,
    `Delivered  ${stats.last_received_at === null ? 'nothing yet' : `last at ${time(stats.last_received_at)}`}`,
    `Refused    signatures of the last hour: ${renderReasons(hour)}; of the last day: ${renderReasons(day)}`,
    `To Terra   ${requests} to be sent, ${renderCount(stats.outbox_waiting)} put off`,
    ...stats.outbox_waiting_reasons.map(
      (one) => `           ${renderCount(one.requests)} until ${time(one.next_attempt_at)}: ${one.reason}`,
    ),
    ...(stats.outbound_paused_since === null
      ? []
      : [`           paused by an operator since ${time(stats.outbound_paused_since)}`]),
    `Errors     ${renderNumbers(Object.entries(stats.errors))}; ${renderCount(stats.dead_lettered)} given up`,
    `Silent     ${renderCounted(stats.silences.connections, 'connection')}, ${renderCount(stats.silences.connections_last_day)} of them since yesterday; ${renderCounted(stats.silences.gaps, 'gap')}; ${renderCount(stats.silences.to_be_asked)} to be asked for`,
    `Rebuilds   ${renderCount(stats.rebuilds_left)} left, ${renderCount(stats.rebuilds_running)} running, ${renderCount(stats.rebuilds_failed)} failed`,
    `Database   ${renderCount(Math.ceil(stats.database_bytes / 1_000_000))} MB`,
  ];
}

function since(oldest: string | null, time: ShowTime): string {
  return oldest === null ? '' : `, since ${time(oldest)}`;
}

function renderReasons(counts: IngestStats['rejected_signatures']['last_hour']): string {
  return renderNumbers(Object.entries(counts));
}

function renderNumbers(entries: readonly (readonly [string, number])[]): string {
  const some = entries.filter(([, count]) => count > 0);
  return some.length === 0 ? 'none' : some.map(([name, count]) => `${name} ${renderCount(count)}`).join(', ');
}
