import type { EChartsCoreOption, EChartsType } from 'echarts/core';
import { escapeLine } from '../terminal/escape.ts';
import { escapeMarkup, html, Markup } from './html.ts';
import { ticksOf } from './ticks.ts';

/** A colour of the report's style: the chart follows the reader's theme. */
export type Colour = 'one' | 'two' | 'three' | 'four' | 'quiet';

type Values = readonly (number | null)[];

export type Series = {
  readonly kind: 'line' | 'bars' | 'points';
  readonly name: string;
  readonly colour: Colour;
  readonly values: Values;
  /** Bars of one stack stand on each other. */
  readonly stack?: string;
};

export type Band = { readonly low: Values; readonly high: Values; readonly middle?: Values };

/** One chart over dates. All values have the length of `dates`. */
export type Chart = {
  /** What somebody is told who does not see it. */
  readonly alternative: string;
  readonly dates: readonly string[];
  readonly series: readonly Series[];
  readonly band?: Band;
  /** The band is a laboratory's reference range, and not what is usual. */
  readonly isRange?: boolean;
  /** Where bars begin that do not begin at zero. */
  readonly base?: Values;
  readonly axis: Axis;
  /** Lines that stand at a date. */
  readonly marks?: readonly { readonly index: number; readonly label: string }[];
  readonly height?: number;
};

export type Axis = {
  readonly label: (value: number) => string;
  readonly fromZero?: boolean;
  readonly min?: number;
  readonly max?: number;
  readonly interval?: number;
  /** The least distance between two lines. */
  readonly step?: number;
  readonly inverse?: boolean;
};

type Size = { readonly name: 'wide' | 'narrow' | 'small'; readonly width: number; readonly height: number };

const WIDE = { name: 'wide', width: 720, height: 230 } as const;
const NARROW = { name: 'narrow', width: 340, height: 210 } as const;
const SMALL = { name: 'small', width: 320, height: 120 } as const;

export type DrawChart = (chart: Chart) => Markup;

/** Draws charts, each for a wide page and for a phone, of which the page shows one. */
export async function chartDrawer(): Promise<{ readonly draw: DrawChart; readonly drawSmall: DrawChart }> {
  const { init } = await import('./echarts-parts.ts');
  let drawn = 0;
  const drawAs = (chart: Chart, size: Size): Markup => {
    const height = chart.height ?? size.height;
    const instance = init(null, null, { renderer: 'svg', ssr: true, width: size.width, height });
    try {
      drawn += 1;
      instance.setOption(optionOf(chart, size));
      return new Markup(cleaned(svgOf(instance), chart, size, `c${drawn}`));
    } finally {
      instance.dispose();
    }
  };
  return {
    draw: (chart) => html`${drawAs(chart, WIDE)}${drawAs(chart, NARROW)}`,
    drawSmall: (chart) => drawAs(chart, SMALL),
  };
}

function svgOf(instance: EChartsType): string {
  return instance.renderToSVGString();
}

function optionOf(chart: Chart, size: Size): EChartsCoreOption {
  const isSmall = size.name !== 'wide';
  const ticks = ticksOf(chart.dates, isSmall ? 4 : 8);
  return {
    animation: false,
    grid: {
      left: 8,
      right: 12,
      top: 22,
      bottom: 4,
      outerBoundsMode: 'same',
      outerBoundsContain: 'axisLabel',
    },
    xAxis: {
      type: 'category',
      data: chart.dates.map((_, index) => index),
      axisLine: { onZero: false, lineStyle: { color: 'var(--line)' } },
      axisTick: {
        alignWithLabel: true,
        interval: (index: number) => ticks.has(index),
        lineStyle: { color: 'var(--line)' },
      },
      axisLabel: {
        color: 'var(--muted)',
        hideOverlap: true,
        interval: (index: number) => ticks.has(index),
        formatter: (_: string, index: number) => ticks.get(index) ?? '',
      },
    },
    yAxis: {
      type: 'value',
      scale: chart.axis.fromZero !== true,
      splitNumber: size.name === 'small' ? 2 : 4,
      inverse: chart.axis.inverse ?? false,
      ...(chart.axis.min === undefined ? {} : { min: chart.axis.min }),
      ...(chart.axis.max === undefined ? {} : { max: chart.axis.max }),
      ...(chart.axis.step === undefined ? {} : { minInterval: chart.axis.step }),
      ...(chart.axis.interval === undefined ? {} : { interval: chart.axis.interval }),
      axisLabel: { color: 'var(--muted)', formatter: (value: number) => chart.axis.label(value) },
      splitLine: { lineStyle: { color: 'var(--line)', opacity: 0.6 } },
    },
    series: [
      ...bandSeries(chart),
      ...baseSeries(chart.base),
      ...chart.series.flatMap(seriesOf),
      marksSeries(chart),
    ],
  };
}

function bandSeries({ band, isRange }: Chart): readonly object[] {
  if (band === undefined) return [];
  const plain = { type: 'line', stack: 'band', stackStrategy: 'all', symbol: 'none', silent: true, z: 1 };
  const width = band.high.map((high, index) => {
    const low = band.low[index] ?? null;
    return high === null || low === null ? null : high - low;
  });
  const edges: object[] = [
    { ...plain, data: band.low, lineStyle: { opacity: 0 } },
    {
      ...plain,
      data: width,
      lineStyle: { opacity: 0 },
      areaStyle: { color: `var(--${isRange === true ? 'range' : 'band'})`, opacity: 1 },
    },
  ];
  if (band.middle === undefined) return edges;
  return [...edges, lineOf(band.middle, { color: 'var(--muted)', width: 1, type: 'dashed' }, 2)];
}

/** What is not seen below bars that do not begin at zero. */
function baseSeries(base: Values | undefined): readonly object[] {
  if (base === undefined) return [];
  return [{ type: 'bar', stack: 'bars', data: base, silent: true, itemStyle: { color: 'none' } }];
}

function lineOf(values: Values, lineStyle: object, z: number): object {
  return { type: 'line', data: values, symbol: 'none', silent: true, lineStyle, z };
}

function seriesOf({ kind, colour, values, stack }: Series): readonly object[] {
  const color = `var(--${colour})`;
  switch (kind) {
    case 'bars':
      return [
        {
          type: 'bar',
          data: values,
          silent: true,
          itemStyle: { color },
          barCategoryGap: '20%',
          ...(stack === undefined ? {} : { stack }),
        },
      ];
    case 'points':
      return [dotsOf(values, color)];
    case 'line':
      return [lineOf(values, { color, width: 1.75 }, 3), dotsOf(lonely(values), color)];
  }
}

function dotsOf(values: Values, color: string): object {
  return {
    type: 'line',
    data: values,
    symbol: 'circle',
    symbolSize: 5,
    showAllSymbol: true,
    silent: true,
    lineStyle: { opacity: 0, width: 0 },
    itemStyle: { color },
    z: 4,
  };
}

/** A line cannot show a value between two unknown ones; a dot can. The last one has a dot, too. */
function lonely(values: Values): Values {
  const last = values.findLastIndex((value) => value !== null);
  return values.map((value, index) =>
    index === last || ((values[index - 1] ?? null) === null && (values[index + 1] ?? null) === null)
      ? value
      : null,
  );
}

function marksSeries(chart: Chart): object {
  const marks = chart.marks ?? [];
  return {
    type: 'line',
    data: [],
    silent: true,
    markLine: {
      symbol: 'none',
      silent: true,
      animation: false,
      lineStyle: { color: 'var(--ink)', type: [3, 3], width: 1 },
      data: marks.map(({ index, label }) => ({
        xAxis: index,
        label: {
          formatter: () => escapeLine(label),
          color: 'var(--ink)',
          position: 'end',
          textBorderWidth: 0,
        },
      })),
    },
  };
}

/**
 * What echarts drew, fit for one page with many charts: without its style sheet (hovering), its marks and inline styles,
 * which the page's policy forbids, and with ids of its own.
 */
function cleaned(svg: string, chart: Chart, size: Size, id: string): string {
  const height = chart.height ?? size.height;
  return svg
    .replace(/<style[\s\S]*?<\/style>/g, '')
    .replace(/<rect [^>]*fill="none"[^>]*><\/rect>/, '')
    .replace(/ (?:class|ecmeta_\w+|pointer-events|style|xml:space)="[^"]*"/g, '')
    .replace(/\bzr\d+-c(\d+)/g, `${id}-$1`)
    .replace(/ (?:d|transform)="[^"]*"/g, (attribute) => attribute.replace(/(\.\d)\d+/g, '$1'))
    .replace(/\n/g, '')
    .replace(/<svg [^>]*>/, () => openingTag(chart, size, height));
}

function openingTag(chart: Chart, { name, width }: Size, height: number): string {
  return `<svg class="chart ${name}" role="img" aria-label="${escapeMarkup(chart.alternative)}" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}">`;
}
