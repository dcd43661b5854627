import type { EChartsType } from 'echarts/core';
import type { Chart } from './chart.ts';
import { optionOf } from './chart-option.ts';
import { escapeMarkup, html, Markup } from './html.ts';

type Size = {
  readonly name: 'wide' | 'narrow' | 'small' | 'flat';
  readonly width: number;
  readonly height: number;
  /** About so many lines across. */
  readonly lines: number;
};

const WIDE: Size = { name: 'wide', width: 720, height: 230, lines: 4 };
const NARROW: Size = { name: 'narrow', width: 340, height: 210, lines: 4 };
/** In a card, or one of several below each other. */
const SMALL: Size = { name: 'small', width: 320, height: 120, lines: 2 };
const FLAT: Size = { name: 'flat', width: 400, height: 130, lines: 3 };

/** What sections draw with. */
export type Pen = {
  /** For a wide page and for a phone, of which the page shows one: letters shrink with a picture. */
  readonly draw: (chart: Chart) => Markup;
  readonly drawSmall: (chart: Chart) => Markup;
  readonly drawFlat: (chart: Chart) => Markup;
};

/** Reads echarts, which takes longer than all the rest of `amy`, and draws with it without a browser. */
export async function makePen(): Promise<Pen> {
  const { init } = await import('./echarts-parts.ts');
  let drawn = 0;
  const drawAs = (chart: Chart, size: Size): Markup => {
    const { width, height } = size;
    const instance = init(null, null, { renderer: 'svg', ssr: true, width, height });
    try {
      drawn += 1;
      instance.setOption(optionOf(chart, size.name !== 'wide', size.lines));
      return new Markup(
        cleaned(
          instance.renderToSVGString(),
          openingTag(chart, size, placesOf(instance, chart)),
          `c${drawn}`,
        ),
      );
    } finally {
      instance.dispose();
    }
  };
  return {
    draw: (chart) => html`${drawAs(chart, WIDE)}${drawAs(chart, NARROW)}`,
    drawSmall: (chart) => drawAs(chart, SMALL),
    drawFlat: (chart) => drawAs(chart, FLAT),
  };
}

/**
 * What echarts drew, fit for one page with many charts: without its style sheet (of hovering), inline styles, which the
 * page's policy forbids, and what is not seen; with ids of its own, and numbers no finer than anybody sees.
 */
function cleaned(svg: string, opening: string, id: string): string {
  return svg
    .replace(/<style[\s\S]*?<\/style>/g, '')
    .replace(/<rect [^>]*fill="none"[^>]*><\/rect>/, '')
    .replace(/<path (?:d=""|[^>]*stroke-opacity="0")[^>]*><\/path>/g, '')
    .replace(/<path [^>]*fill="none"[^>]*stroke-width="0"[^>]*><\/path>/g, '')
    .replace(/<g clip-path="[^"]*">\s*<\/g>/g, '')
    .replace(/ (?:class|ecmeta_\w+|pointer-events|style|xml:space)="[^"]*"/g, '')
    .replace(/\bzr\d+-c(\d+)/g, `${id}-$1`)
    .replace(/ (?:d|transform)="[^"]*"/g, (attribute) => attribute.replace(/(\.\d)\d+/g, '$1'))
    .replace(/\n/g, '')
    .replace(/<svg [^>]*>/, () => opening);
}

/**
 * What the page's script reads: where the first and the last date stand, in the picture's own units; the first date, the
 * days from one to the next, and how many there are; whether the table has a row for each.
 */
function placesOf(instance: EChartsType, { dates, each, hasRows }: Chart): string {
  if (each === undefined && hasRows === undefined) return '';
  const ends = [0, dates.length - 1].map((index) => instance.convertToPixel({ xAxisIndex: 0 }, index));
  const places = ` data-ends="${ends.map((end) => Number(end).toFixed(1)).join(' ')}"${hasRows ? ' data-rows' : ''}`;
  if (each === undefined) return places;
  return `${places} data-dates="${dates[0]} ${each === 'week' ? 7 : 1} ${dates.length}"`;
}

function openingTag({ alternative }: Chart, { name, width, height }: Size, places: string): string {
  return `<svg class="chart ${name}"${places} role="img" aria-label="${escapeMarkup(alternative)}" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}">`;
}
