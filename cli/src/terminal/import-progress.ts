import type { ImportProgress } from '../../../cloud/src/contract/import.ts';
import { IMPORT_LINE_EVERY_MS, PROGRESS_BAR_CELLS } from '../limits.ts';
import { renderCount, renderCounted } from './counts.ts';
import { nameOfResource, renderRows } from './nouns.ts';
import type { Lines } from './output.ts';
import type { Screen } from './screen.ts';
import { renderTimeLeft } from './time-left.ts';
import type { ShowTime } from './times.ts';

/** `3 of 8 answers are here`. */
function renderImportLine({ requests }: ImportProgress): string {
  const ended = requests.complete + requests.silent + requests.failed;
  const verb = ended === 1 ? 'is' : 'are';
  return `${ended} of ${renderCounted(requests.total, 'answer')} ${verb} here`;
}

/**
 * `on the server already: 91 days, 96 sleeps`. A device sends days unasked, too, and an answer comes in parts: there are
 * rows before the first answer is whole. Of several devices there are more days than the calendar has.
 */
function renderHeld({ rows, connections, state }: ImportProgress): string {
  const held = renderRows(rows);
  const devices = new Set(connections.map(({ connection_id }) => connection_id));
  const ofAll = devices.size > 1 ? 'of all devices together' : '';
  const already = state === 'running' ? 'on the server already' : '';
  const before = [already, ofAll].filter((part) => part !== '').join(', ');
  return held === '' || before === '' ? held : `${before}: ${held}`;
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

/** `[==========..........] 3 of 8 answers ...`. */
function renderImportBar(line: string, share: number): string {
  const lit = Math.floor(share * PROGRESS_BAR_CELLS);
  const bar = '='.repeat(lit) + '.'.repeat(PROGRESS_BAR_CELLS - lit);
  return `[${bar}] ${line}`;
}

export type ImportDisplay = { show(progress: ImportProgress): void; end(): void };

/**
 * On a terminal a bar that only grows; elsewhere a line at once and then one every ten seconds, so that a log shows
 * that it goes on. Both say how long it may take yet. What makes a request wait, such as a limit of the provider's,
 * is told once, on a line of its own.
 */
export function importDisplay(screen: Screen, time: ShowTime, nowMs: () => number = Date.now): ImportDisplay {
  const beganMs = nowMs();
  let share = 0;
  let lineMs = Number.NEGATIVE_INFINITY;
  const told = new Set<string>();
  return {
    show(progress) {
      for (const delay of delaysOf(progress, time, nowMs())) {
        if (told.has(delay)) continue;
        told.add(delay);
        screen.keep(delay);
      }
      share = Math.max(share, importShare(progress));
      const isOver = progress.state !== 'running';
      const left = isOver ? '' : renderTimeLeft(share, nowMs() - beganMs, latestWaitMs(progress) - nowMs());
      const line = `${renderImportLine(progress)}${left}`;
      if (screen.isTerminal) return screen.draw(renderImportBar(line, share));
      if (!isOver && nowMs() - lineMs < IMPORT_LINE_EVERY_MS) return;
      lineMs = nowMs();
      screen.keep(line);
    },
    end: () => screen.draw(''),
  };
}

type Waiting = ImportProgress['connections'][number];

/** Those that wait for more than their turn. */
function waiting({ connections }: ImportProgress): readonly Waiting[] {
  return connections.filter(({ state, reason }) => state === 'pending' && reason !== null);
}

function waitMsOf(waitsUntil: string | null | undefined): number {
  return waitsUntil == null ? Number.NEGATIVE_INFINITY : Date.parse(waitsUntil);
}

function latestWaitMs(progress: ImportProgress): number {
  return Math.max(
    Number.NEGATIVE_INFINITY,
    ...waiting(progress).map(({ waits_until }) => waitMsOf(waits_until)),
  );
}

/** `garmin measurements: the rest comes after 2026-03-01 22:40 (Terra ...)`. */
function delaysOf(progress: ImportProgress, time: ShowTime, nowMs: number): readonly string[] {
  return waiting(progress).map((one) => {
    const isAhead = one.waits_until != null && waitMsOf(one.waits_until) > nowMs;
    const when = isAhead
      ? `the rest comes after ${time(one.waits_until ?? '')}`
      : 'about to be asked for again';
    return `${subjectOf(one)}: ${when} (${one.reason})`;
  });
}

function subjectOf({ provider, resource }: Waiting): string {
  return `${provider} ${nameOfResource(resource)}`;
}

/** How an import ended or stands, for people. */
export function renderImport(progress: ImportProgress, time: ShowTime, nowMs = Date.now()): Lines {
  const { connections, days, state } = progress;
  const span = `the last ${renderCounted(days, 'day')}`;
  const heads: Record<ImportProgress['state'], string> = {
    running: `Still importing ${span}: ${renderImportLine(progress)}.`,
    done: `All that your devices have of ${span} is on the server; run \`amy sync\` to have it here.`,
    incomplete: `Some of ${span} is on the server; run \`amy sync\` to have it here.`,
    failed: `Nothing of ${span} could be asked for.`,
  };
  const held = renderHeld(progress);
  const reasons = connections
    .filter(({ state: of, reason }) => of !== 'pending' && reason !== null)
    .map((one) => `  ${subjectOf(one)}${one.state === 'failed' ? ' failed' : ''}: ${one.reason}`);
  const delays = delaysOf(progress, time, nowMs).map((delay) => `  ${delay}`);
  return [heads[state], ...(held === '' ? [] : [`  ${held}`]), ...delays, ...reasons];
}

/** The reasons of what failed, in one sentence; null where nothing did. */
export function failureOf({ connections, requests }: ImportProgress): string | null {
  if (requests.failed === 0) return null;
  const reasons = connections
    .filter(({ state }) => state === 'failed')
    .map((one) => `${subjectOf(one)} (${one.reason ?? 'no reason given'})`);
  return `${renderCount(requests.failed)} of ${renderCounted(requests.total, 'answer')} failed: ${reasons.join(', ')}`;
}
