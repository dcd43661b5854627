import type { EChartsCoreOption } from 'echarts/core';
import { escapeLine } from '../terminal/escape.ts';
import type { Chart, Series, Values } from './chart.ts';
import { ticksOf } from './ticks.ts';

/** A chart in the words of echarts. Colours are the page's own properties, which a browser knows. */
export function optionOf(chart: Chart, isNarrow: boolean, lines: number): EChartsCoreOption {
  return {
    animation: false,
    grid: {
      left: 4,
      right: 14,
      top: 22,
      bottom: 4,
      outerBoundsMode: 'same',
      outerBoundsContain: 'axisLabel',
    },
    xAxis: dateAxis(chart, isNarrow ? 4 : 8),
    yAxis: valueAxis(chart, lines),
    series: [
      ...bandSeries(chart),
      ...(chart.base === undefined ? [] : [barsOf(chart.base, 'none', 'bars')]),
      ...chart.series.flatMap(seriesOf),
      marksSeries(chart),
    ],
  };
}

function dateAxis({ dates }: Chart, most: number): object {
  const ticks = ticksOf(dates, most);
  const interval = (index: number) => ticks.has(index);
  const line = { color: 'var(--line)' };
  return {
    type: 'category',
    data: dates.map((_, index) => index),
    axisLine: { onZero: false, lineStyle: line },
    axisTick: { alignWithLabel: true, interval, lineStyle: line },
    axisLabel: {
      color: 'var(--muted)',
      hideOverlap: true,
      interval,
      formatter: (_: string, index: number) => ticks.get(index) ?? '',
    },
  };
}

function valueAxis({ axis }: Chart, lines: number): object {
  const { min, max, step: minInterval, interval } = axis;
  const given = Object.entries({ min, max, minInterval, interval }).filter(
    ([, value]) => value !== undefined,
  );
  return {
    type: 'value',
    scale: axis.fromZero !== true,
    splitNumber: lines,
    inverse: axis.inverse ?? false,
    ...Object.fromEntries(given),
    axisLabel: { color: 'var(--muted)', formatter: (value: number) => axis.label(value) },
    splitLine: { lineStyle: { color: 'var(--line)', opacity: 0.6 } },
  };
}

function bandSeries({ band }: Chart): readonly object[] {
  if (band === undefined) return [];
  const edge = { type: 'line', stack: 'band', stackStrategy: 'all', symbol: 'none', silent: true, z: 1 };
  const unseen = { opacity: 0 };
  const width = band.high.map((high, index) => {
    const low = band.low[index] ?? null;
    return high === null || low === null ? null : high - low;
  });
  const areaStyle = { color: `var(--${band.colour})`, opacity: 1 };
  const edges: object[] = [
    { ...edge, data: band.low, lineStyle: unseen },
    { ...edge, data: width, lineStyle: unseen, areaStyle },
  ];
  if (band.middle === undefined) return edges;
  return [...edges, lineOf(band.middle, { color: 'var(--muted)', width: 1, type: 'dashed' }, 2)];
}

function seriesOf({ kind, colour, values, stack, connects }: Series): readonly object[] {
  const color = `var(--${colour})`;
  switch (kind) {
    case 'bars':
      return [barsOf(values, color, stack)];
    case 'points':
      return [dotsOf(values, color)];
    case 'line':
      return [
        { ...lineOf(values, { color, width: 1.75 }, 3), connectNulls: connects ?? false },
        dotsOf(connects === true ? values : lonely(values), color),
      ];
  }
}

/** All bars as one path. Of `large` bars an unknown one would break the path: without height it is not seen. */
function barsOf(values: Values, color: string, stack?: string): object {
  return {
    type: 'bar',
    data: values.map((value) => value ?? 0),
    large: true,
    largeThreshold: 0,
    silent: true,
    itemStyle: { color },
    barCategoryGap: '20%',
    z: 2,
    ...(stack === undefined ? {} : { stack }),
  };
}

function lineOf(values: Values, lineStyle: object, z: number): object {
  return { type: 'line', data: values, symbol: 'none', silent: true, lineStyle, z };
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
  const isKnown = (index: number) => (values[index] ?? null) !== null;
  return values.map((value, index) =>
    index === last || (!isKnown(index - 1) && !isKnown(index + 1)) ? value : null,
  );
}

function marksSeries({ marks = [] }: Chart): object {
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
        // A function, since a text would be a template, and a device's name may hold a brace.
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
