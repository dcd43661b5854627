import { dirname, join } from 'node:path';
import { saveFile } from '../../../cli/src/commands/save-file.ts';
import { REPORT_DAYS } from '../../../cli/src/limits.ts';
import { makeReport } from '../../../cli/src/report/make-report.ts';
import manifest from '../../../package.json' with { type: 'json' };

/** The report of a demo person's mirror, beside it; one of an earlier start gives way. Answers where it is. */
export async function writeDemoReport(databasePath: string): Promise<string> {
  const path = join(dirname(databasePath), 'amy-report.html');
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  const asked = { days: REPORT_DAYS, now: new Date(), timeZone };
  const { html } = await makeReport(databasePath, manifest.version, asked);
  saveFile(path, Buffer.from(html), null);
  return path;
}
