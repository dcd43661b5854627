import { PROGRESS_BAR_CELLS, RATE_AFTER_MS } from '../limits.ts';
import type { SyncProgress } from '../mirror/sync.ts';
import { renderCount, renderCounted } from './counts.ts';
import type { Screen } from './screen.ts';
import { renderSilence } from './silence.ts';

type PageProgress = Extract<SyncProgress, { readonly step: 'page' }>;

/**
 * `[=====...............] 5,000 of 38,800 rows received, 4,200 a second`. Where the server does not tell how much is to come
 * the bar moves instead of filling: `[....====............] 12,345 rows received`.
 */
export function renderSyncBar({ pages, rows, total }: PageProgress, elapsedMs: number): string {
  const bar = total === null ? movingBar(pages) : fillingBar(rows / Math.max(total, rows, 1));
  return `[${bar}] ${renderReceived(rows, total, elapsedMs)}`;
}

function movingBar(pages: number): string {
  const lit = 4;
  const span = PROGRESS_BAR_CELLS - lit;
  const swing = pages % (2 * span);
  const left = swing <= span ? swing : 2 * span - swing;
  return '.'.repeat(left) + '='.repeat(lit) + '.'.repeat(span - left);
}

function fillingBar(share: number): string {
  const lit = Math.floor(share * PROGRESS_BAR_CELLS);
  return '='.repeat(lit) + '.'.repeat(PROGRESS_BAR_CELLS - lit);
}

/** What changes on the server meanwhile comes on top of what it told. */
function renderReceived(rows: number, total: number | null, elapsedMs: number): string {
  if (total === null) return `${renderCounted(rows, 'row')} received`;
  const rate =
    elapsedMs < RATE_AFTER_MS ? '' : `, ${renderCount(Math.round((rows * 1_000) / elapsedMs))} a second`;
  return `${renderCount(rows)} of ${renderCounted(Math.max(total, rows), 'row')} received${rate}`;
}

/** One line of a sync's progress, without the line's end. */
function renderSyncLine(progress: SyncProgress, elapsedMs: number): string {
  switch (progress.step) {
    case 'page':
      return progress.total === null
        ? `${renderCounted(progress.rows, 'row')} received so far`
        : renderReceived(progress.rows, progress.total, elapsedMs);
    case 'waiting':
      return `the server is busy; waiting ${progress.seconds} s`;
    case 'silent':
      return renderSilence(progress.address, progress.seconds);
    case 'restored':
      return 'the server was restored to an earlier time; syncing in full';
    case 'expired':
      return 'the server can no longer tell what changed since the last sync; syncing in full';
    case 'rebuilt':
      return 'the file has the layout of another version of amy; syncing in full';
    case 'upgraded':
      return 'the file has the layout of this amy now';
    case 'left_out':
      return `${progress.name}, which you added to the file, could not stay as it was: ${progress.why}`;
    case 'set_aside':
      return `the file of an earlier amy is kept as ${progress.path}`;
  }
}

/** Shows progress on a terminal as one moving line, elsewhere as plain lines. */
export function syncDisplay(
  screen: Screen,
  nowMs: () => number = Date.now,
): { show(progress: SyncProgress): void; end(): void } {
  const beganMs = nowMs();
  return {
    show(progress) {
      const elapsedMs = nowMs() - beganMs;
      if (screen.isTerminal && progress.step === 'page') {
        screen.draw(renderSyncBar(progress, elapsedMs));
      } else if (progress.step !== 'page' || progress.rows > 0) {
        screen.keep(renderSyncLine(progress, elapsedMs));
      }
    },
    end: () => screen.draw(''),
  };
}
