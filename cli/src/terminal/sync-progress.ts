import { PROGRESS_BAR_CELLS } from '../limits.ts';
import type { SyncProgress } from '../mirror/sync.ts';
import { renderCounted } from './counts.ts';
import type { Screen } from './screen.ts';
import { renderSilence } from './silence.ts';

/**
 * `[....====....] 12,345 rows received`. The server does not tell how much is to come,
 * so the bar moves instead of filling.
 */
export function renderSyncBar(pages: number, rows: number): string {
  const lit = 4;
  const span = PROGRESS_BAR_CELLS - lit;
  const swing = pages % (2 * span);
  const left = swing <= span ? swing : 2 * span - swing;
  const bar = '.'.repeat(left) + '='.repeat(lit) + '.'.repeat(span - left);
  return `[${bar}] ${renderCounted(rows, 'row')} received`;
}

/** One line of a sync's progress, without the line's end. */
function renderSyncLine(progress: SyncProgress): string {
  switch (progress.step) {
    case 'page':
      return `${renderCounted(progress.rows, 'row')} received so far`;
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
    case 'set_aside':
      return `the file of an earlier amy is kept as ${progress.path}`;
  }
}

/** Shows progress on a terminal as one moving line, elsewhere as plain lines. */
export function syncDisplay(screen: Screen): { show(progress: SyncProgress): void; end(): void } {
  return {
    show(progress) {
      if (screen.isTerminal && progress.step === 'page') {
        screen.draw(renderSyncBar(progress.pages, progress.rows));
      } else if (progress.step !== 'page' || progress.rows > 0) {
        screen.keep(renderSyncLine(progress));
      }
    },
    end: () => screen.draw(''),
  };
}
