import { readMirrorCopy } from '../mirror/current-mirror.ts';
import { letInterrupt } from '../under-way.ts';
import { bodySection } from './body-section.ts';
import { makePen } from './chart-drawer.ts';
import { daySections } from './day-sections.ts';
import { drawsSection } from './draws-section.ts';
import { labsSection } from './labs-section.ts';
import { reportPage } from './page.ts';
import { type Asked, type ReportData, readReportData } from './report-data.ts';
import type { Section } from './section.ts';
import { sleepSection } from './sleep-section.ts';
import { todaySection } from './today-section.ts';
import { workoutsSection } from './workouts-section.ts';

export type MadeReport = {
  readonly html: string;
  readonly today: string;
  readonly from: string;
  readonly to: string;
  readonly timeZone: string;
  readonly sections: readonly { readonly id: string; readonly title: string; readonly shown: boolean }[];
};

/** A report of the local file, which is only read; `onStep` is told what is done next. Throws as `readMirrorCopy` does. */
export async function makeReport(
  path: string,
  version: string,
  asked: Asked,
  onStep: (what: string) => void = () => {},
): Promise<MadeReport> {
  onStep('reading your data');
  const data = await readMirrorCopy(path, async (database) => readReportData(database, asked));
  onStep('drawing the report');
  return drawReport(data, version);
}

/** The report of what was read. */
export async function drawReport(data: ReportData, version: string): Promise<MadeReport> {
  const pen = await makePen();
  const sections: Section[] = [];
  for (const make of [
    todaySection,
    sleepSection,
    daySections,
    bodySection,
    workoutsSection,
    labsSection,
    drawsSection,
  ]) {
    sections.push(...[make(data, pen)].flat());
    await letInterrupt();
  }
  return {
    html: reportPage(data, sections, version),
    today: data.today,
    ...data.range,
    timeZone: data.timeZone,
    sections: sections.map(({ id, title, body }) => ({ id, title, shown: body !== null })),
  };
}
