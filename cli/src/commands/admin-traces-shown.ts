import type { TraceLine } from '../../../cloud/src/contract/traces.ts';
import { renderDuration } from '../terminal/durations.ts';
import type { Lines } from '../terminal/output.ts';
import { renderTable } from '../terminal/table.ts';
import type { ShowTime } from '../terminal/times.ts';

/** So that a row fits 80 columns. */
const TOLD_CHARS = 29;

/** One life, the first line first: when, how long after the line before, and what. */
export function renderTimeline(lines: readonly TraceLine[], time: ShowTime): Lines {
  if (lines.length === 0) return ['Nothing is told of it: a trace is kept for 30 days.'];
  const rows = lines.map((line) => [
    time(line.ts),
    line.after_ms === null ? '' : `+${renderDuration(line.after_ms)}`,
    line.event,
    told(line),
  ]);
  const total = lines.reduce((sum, { after_ms }) => sum + (after_ms ?? 0), 0);
  return [
    ...renderTable(['time', 'after', 'what', 'told'], rows, ['left', 'right']),
    `From the first to the last line: ${renderDuration(total)}.`,
  ];
}

/** Lines of many, the newest first. */
export function renderTraces(lines: readonly TraceLine[], time: ShowTime): Lines {
  if (lines.length === 0) return ['Nothing is traced of this.'];
  const rows = lines.map((line) => [
    time(line.ts),
    line.level,
    line.raw_event_id === null ? '' : String(line.raw_event_id),
    line.event,
    told(line),
  ]);
  return renderTable(['time', 'level', 'event', 'what', 'told'], rows, ['left', 'left', 'right']);
}

/** The message and the details; `--json` has them whole. */
function told({ message, data, duration_ms }: TraceLine): string {
  const parts = [
    ...(message === null ? [] : [message]),
    ...(duration_ms === null ? [] : [`took ${renderDuration(duration_ms)}`]),
    ...(data === null ? [] : [data.replaceAll(/[{}"]/g, '').replaceAll(',', ', ').replaceAll(':', ' ')]),
  ];
  const text = parts.join('; ');
  return text.length <= TOLD_CHARS ? text : `${text.slice(0, TOLD_CHARS - 1)}…`;
}
