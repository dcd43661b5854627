import { ARCHIVE_BATCH_EVENTS, PERSON_REQUESTS_A_MINUTE, PROGRESS_BAR_CELLS } from '../limits.ts';
import { renderCount, renderCounted } from './counts.ts';
import type { Screen } from './screen.ts';
import { renderTimeLeft } from './time-left.ts';

/** `[=====...............] 120 of 480 events, about 3 minutes left`. */
export function renderArchiveBar(done: number, total: number, elapsedMs: number): string {
  const share = total === 0 ? 1 : done / total;
  const lit = Math.floor(share * PROGRESS_BAR_CELLS);
  const bar = '='.repeat(lit) + '.'.repeat(PROGRESS_BAR_CELLS - lit);
  // More than a minute's requests have to wait, whatever the first of them took.
  const minutes = Math.max(0, total - done - PERSON_REQUESTS_A_MINUTE) / PERSON_REQUESTS_A_MINUTE;
  return `[${bar}] ${renderCount(done)} of ${renderCounted(total, 'event')}${renderTimeLeft(share, elapsedMs, minutes * 60_000)}`;
}

/** On a terminal one line that moves, elsewhere a line for each batch that is written. */
export function archiveDisplay(screen: Screen, nowMs: () => number) {
  const startedMs = nowMs();
  return {
    show(done: number, total: number): void {
      const line = renderArchiveBar(done, total, nowMs() - startedMs);
      if (screen.isTerminal) screen.draw(line);
      else if (done === 1 || done === total || done % ARCHIVE_BATCH_EVENTS === 0) screen.keep(line);
    },
    /** Which month of how many the samples are read of. */
    showMonth(file: string, done: number, total: number): void {
      const line = `reading the samples of ${file} (${renderCount(done)} of ${renderCounted(total, 'month')})`;
      if (screen.isTerminal) screen.draw(line);
      else screen.keep(line);
    },
    say: (line: string) => screen.keep(line),
    end: () => screen.draw(''),
  };
}
