import { readCurrentMirror } from '../mirror/current-mirror.ts';
import { bodySection } from './body-section.ts';
import { makePen } from './chart-drawer.ts';
import { daySections } from './day-sections.ts';
import { drawsSection } from './draws-section.ts';
import { labsSection } from './labs-section.ts';
import { reportPage } from './page.ts';
import { type Asked, readReportData } from './report-data.ts';
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

/** A report of the local file, which is only read. Throws as `readCurrentMirror` does. */
export async function makeReport(path: string, version: string, asked: Asked): Promise<MadeReport> {
  const data = readCurrentMirror(path, (database) => readReportData(database, asked));
  const pen = await makePen();
  const sections = [
    todaySection(data),
    sleepSection(data, pen),
    ...daySections(data, pen),
    bodySection(data, pen),
    workoutsSection(data, pen),
    labsSection(data, pen),
    drawsSection(data, pen),
  ];
  return {
    html: reportPage(data, sections, version),
    today: data.today,
    ...data.range,
    timeZone: data.timeZone,
    sections: sections.map(({ id, title, body }) => ({ id, title, shown: body !== null })),
  };
}
