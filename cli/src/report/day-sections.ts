import { BASELINE_DAYS } from '../limits.ts';
import type { Pen } from './chart-drawer.ts';
import { type DayChart, dayChart } from './day-chart.ts';
import { FIGURES } from './figures.ts';
import { html, type Markup } from './html.ts';
import type { ReportData } from './report-data.ts';
import type { Section } from './section.ts';

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
        told: 'How much the time between heartbeats varies, mostly at night.',
      },
      {
        figure: FIGURES.resting_heart_rate,
        colour: 'two',
        kind: 'line',
        told: 'As the device determined it.',
      },
    ],
    missing:
      'No device has told of your heart in these days. Not every device measures it; `amy connect` adds another one.',
  },
  {
    id: 'activity',
    title: 'Activity and strain',
    charts: [
      { figure: FIGURES.steps, colour: 'one', kind: 'bars', told: 'All steps of each date.' },
      {
        figure: FIGURES.active_zone_minutes,
        colour: 'three',
        kind: 'bars',
        small: true,
        told: 'Minutes in which your heart was in one of the zones of effort.',
      },
      {
        figure: FIGURES.calories_active,
        colour: 'two',
        kind: 'bars',
        small: true,
        told: 'Energy burned by activity alone, as the device estimates it.',
      },
      {
        figure: FIGURES.strain,
        colour: 'four',
        kind: 'bars',
        small: true,
        told: 'How hard the date was on the heart.',
      },
      { figure: FIGURES.vo2_max, colour: 'three', kind: 'line', small: true, told: '' },
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
        told: 'Recovery of whoop, readiness of oura and the like, from 0 to 100.',
      },
      {
        figure: FIGURES.stress_level,
        colour: 'two',
        kind: 'line',
        small: true,
        told: 'Mean stress of the date as the device measured it, from 0 to 100; more is more stress.',
      },
      {
        figure: FIGURES.respiratory_rate,
        colour: 'three',
        kind: 'line',
        small: true,
        told: 'Mean number of breaths a minute in sleep.',
      },
      { figure: FIGURES.spo2, colour: 'four', kind: 'line', small: true, told: 'Mean of the date.' },
      { figure: FIGURES.skin_temperature, colour: 'two', kind: 'line', small: true, told: '' },
    ],
    missing: 'No device has told of your recovery in these days; not every device does.',
  },
];

export function daySections(data: ReportData, pen: Pen): readonly Section[] {
  return SECTIONS.map(({ id, title, charts, missing }) => {
    const drawn = (isSmall: boolean) =>
      charts
        .filter(({ small }) => (small ?? false) === isSmall)
        .flatMap((chart) => dayChart(data, pen, chart) ?? []);
    return { id, title, body: bodyOf(drawn(false), drawn(true), BASELINE_TOLD), missing };
  });
}

/** Of charts with a band; said once in each part. */
export const BASELINE_TOLD = html`<p>Behind each figure lie your own ${BASELINE_DAYS} days before: the band is their middle half, the dashed line their median.</p>`;

/** The main figures over the whole width, the others beside each other. Null where there is none. */
export function bodyOf(
  large: readonly Markup[],
  small: readonly Markup[],
  intro: Markup | null = null,
): Markup | null {
  if (large.length + small.length === 0) return null;
  return html`${intro}${large}${small.length === 0 ? null : html`<div class="small-plots">${small}</div>`}`;
}
