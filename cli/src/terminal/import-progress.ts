import type { ImportProgress } from '../../../cloud/src/contract/import.ts';
import { PROGRESS_BAR_CELLS } from '../limits.ts';
import { renderCount, renderCounted } from './counts.ts';
import type { Lines } from './output.ts';
import type { Screen } from './screen.ts';

/** `3 of 8 requests, 12 of 40 parts, 1,234 rows`. */
function renderImportLine({ requests, chunks, rows }: ImportProgress): string {
  const ended = requests.complete + requests.silent + requests.failed;
  const facts = [`${ended} of ${renderCounted(requests.total, 'request')}`];
  if (chunks.expected > 0) facts.push(`${chunks.received} of ${renderCounted(chunks.expected, 'part')}`);
  return [...facts, renderCounted(totalRows(rows), 'row')].join(', ');
}

/** How much of an import is over, from 0 to 1: requests that ended, and of the others what came so far. */
function importShare({ requests, chunks }: ImportProgress): number {
  if (requests.total === 0) return 1;
  const ended = requests.complete + requests.silent + requests.failed;
  const arrived = chunks.expected === 0 ? 0 : chunks.received / chunks.expected;
  const open = requests.total - ended;
  // What is announced later would set the bar back: the open ones count half.
  return (ended + (open * arrived) / 2) / requests.total;
}

/** `[==========..........] 3 of 8 requests, ...`. */
function renderImportBar(progress: ImportProgress, share: number): string {
  const lit = Math.floor(share * PROGRESS_BAR_CELLS);
  const bar = '='.repeat(lit) + '.'.repeat(PROGRESS_BAR_CELLS - lit);
  return `[${bar}] ${renderImportLine(progress)}`;
}

export type ImportDisplay = { show(progress: ImportProgress): void; end(): void };

/**
 * On a terminal a bar that only grows; elsewhere a line whenever something has changed. What makes a request
 * wait, such as a limit of the provider's, is told once, on a line of its own.
 */
export function importDisplay(screen: Screen): ImportDisplay {
  let share = 0;
  let shown = '';
  const told = new Set<string>();
  return {
    show(progress) {
      for (const delay of delaysOf(progress)) {
        if (told.has(delay)) continue;
        told.add(delay);
        screen.keep(delay);
      }
      share = Math.max(share, importShare(progress));
      const line = screen.isTerminal ? renderImportBar(progress, share) : renderImportLine(progress);
      if (line === shown) return;
      shown = line;
      if (screen.isTerminal) screen.draw(line);
      else screen.keep(line);
    },
    end: () => screen.draw(''),
  };
}

/** Why requests have to wait: `garmin body waits: ...`. */
function delaysOf({ connections }: ImportProgress): readonly string[] {
  return connections.flatMap(({ provider, resource, state, reason }) =>
    state === 'pending' && reason !== null ? [`${provider} ${resource} waits: ${reason}`] : [],
  );
}

/** How an import ended or stands, for people. */
export function renderImport(progress: ImportProgress): Lines {
  const { rows, connections, days, state } = progress;
  const heads: Record<ImportProgress['state'], string> = {
    running: `Still importing the last ${renderCounted(days, 'day')}: ${renderImportLine(progress)}.`,
    done: `The last ${renderCounted(days, 'day')} are on the server; run \`amy sync\` to have them here.`,
    incomplete: `Some of the last ${renderCounted(days, 'day')} are on the server; run \`amy sync\` to have them here.`,
    failed: `Nothing of the last ${renderCounted(days, 'day')} could be asked for.`,
  };
  const tables = Object.entries(rows)
    .filter(([, count]) => count > 0)
    .map(([table, count]) => `  ${table}: ${renderCount(count)}`);
  const reasons = connections.flatMap(({ provider, resource, state: of, reason }) =>
    reason === null ? [] : [`  ${provider} ${resource}, ${of}: ${reason}`],
  );
  return [heads[state], ...tables, ...reasons];
}

/** The reasons of what failed, in one sentence; null where nothing did. */
export function failureOf({ connections, requests }: ImportProgress): string | null {
  if (requests.failed === 0) return null;
  const reasons = connections
    .filter(({ state }) => state === 'failed')
    .map(({ provider, resource, reason }) => `${provider} ${resource} (${reason ?? 'no reason given'})`);
  return `${requests.failed} of ${renderCounted(requests.total, 'request')} failed: ${reasons.join(', ')}`;
}

function totalRows(rows: ImportProgress['rows']): number {
  return Object.values(rows).reduce((total, count) => total + count, 0);
}
