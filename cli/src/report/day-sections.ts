import { type DayChart, dayChart } from './day-chart.ts';
import { FIGURES } from './figures.ts';
import { html } from './html.ts';
import type { ReportData } from './report-data.ts';
import type { Pen, Section } from './section.ts';

const BAND = 'The band is the middle half of your 60 days before, the dashed line their median.';

type Parts = {
  readonly id: string;
  readonly title: string;
  readonly charts: readonly DayChart[];
  readonly missing: string;
};

const SECTIONS: readonly Parts[] = [
  {
    id: 'heart',
    title: 'Heart',
    charts: [
      {
        figure: FIGURES.heart_rate_variability,
        colour: 'three',
        kind: 'line',
        told: `How much the time between heartbeats varies, mostly at night. ${BAND}`,
      },
      {
        figure: FIGURES.resting_heart_rate,
        colour: 'two',
        kind: 'line',
        told: `As the device determined it. ${BAND}`,
      },
    ],
    missing:
      'No device has told of your heart in these days. Not every device measures it; `amy connect` adds another one.',
  },
  {
    id: 'activity',
    title: 'Activity and strain',
    charts: [
      { figure: FIGURES.steps, colour: 'one', kind: 'bars', told: `All steps of each date. ${BAND}` },
      {
        figure: FIGURES.active_zone_minutes,
        colour: 'three',
        kind: 'bars',
        told: `Minutes in which your heart was in one of the zones of effort. ${BAND}`,
      },
      {
        figure: FIGURES.calories_active,
        colour: 'two',
        kind: 'bars',
        told: `Energy burned by activity alone, as the device estimates it. ${BAND}`,
      },
      {
        figure: FIGURES.strain,
        colour: 'four',
        kind: 'bars',
        told: `How hard the date was on the heart. ${BAND}`,
      },
      { figure: FIGURES.vo2_max, colour: 'three', kind: 'line', told: BAND },
    ],
    missing: 'No device has told of your activity in these days. `amy sync` brings what is new.',
  },
  {
    id: 'recovery',
    title: 'Recovery',
    charts: [
      {
        figure: FIGURES.recovery_score,
        colour: 'one',
        kind: 'line',
        told: `Recovery of whoop, readiness of oura and the like, from 0 to 100. ${BAND}`,
      },
      {
        figure: FIGURES.stress_level,
        colour: 'two',
        kind: 'line',
        told: `Mean stress of the date as the device measured it, from 0 to 100; more is more stress. ${BAND}`,
      },
      {
        figure: FIGURES.respiratory_rate,
        colour: 'three',
        kind: 'line',
        told: `Mean number of breaths a minute in sleep. ${BAND}`,
      },
      { figure: FIGURES.spo2, colour: 'four', kind: 'line', told: `Mean of the date. ${BAND}` },
      { figure: FIGURES.skin_temperature, colour: 'two', kind: 'line', told: BAND },
    ],
    missing: 'No device has told of your recovery in these days; not every device does.',
  },
];

export function daySections(data: ReportData, pen: Pen): readonly Section[] {
  return SECTIONS.map(({ id, title, charts, missing }) => {
    const shown = charts.flatMap((chart) => dayChart(data, pen, chart) ?? []);
    return { id, title, body: shown.length === 0 ? null : html`${shown}`, missing };
  });
}
