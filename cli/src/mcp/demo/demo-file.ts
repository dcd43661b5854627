import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HISTORY_RESOURCES } from '../../../../cloud/src/contract/import.ts';
import { fillMirror } from '../../mirror/fill.ts';
import { demoDates, demoDays, demoLabs, demoRuns, demoSleeps } from './rows.ts';

/** A file of made-up numbers that end on the day of `nowMs`, in a folder of its own; `remove` takes it away. */
export async function demoFile(
  nowMs: number,
): Promise<{ readonly path: string; readonly folder: string; readonly remove: () => void }> {
  const now = new Date(nowMs).toISOString();
  const dates = demoDates(now.slice(0, 10));
  const days = demoDays(dates, now);
  const folder = mkdtempSync(join(tmpdir(), 'amy-demo-'));
  const path = join(folder, 'demo.sqlite');
  await fillMirror(path, {
    data: {
      daily_summary: [...days],
      activities: [...demoRuns(dates, now)],
      sleep_sessions: [...demoSleeps(dates, now)],
      biomarkers_raw: [...demoLabs(dates, now)],
      lab_uploads: [],
      profiles: [],
      deleted: [],
    },
    now,
    next_cursor: null,
    has_more: false,
    asked: ['oura', 'garmin'].flatMap((source) =>
      HISTORY_RESOURCES.map((resource) => ({
        ...{ source, resource, from: dates[0] ?? '', to: null },
        state: 'asked' as const,
        reason: null,
      })),
    ),
  });
  return { path, folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
