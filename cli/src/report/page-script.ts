import { MONTHS } from './calendar.ts';

/**
 * What a browser runs that may: the charts of the days can show their last days alone, and under the pointer stands the row
 * of the table behind a chart. Nothing is lost without it. It reads what stands in the page and writes text, never markup.
 */
export const REPORT_SCRIPT = `
'use strict';
const DAY_MS = 864e5;
const MONTHS = ${JSON.stringify(MONTHS)};
const numbers = (text) => text.split(' ').map(Number);
const dayOf = (ms) => new Date(ms).getUTCDate() + ' ' + MONTHS[new Date(ms).getUTCMonth()];

/* What stands in a picture, and how it is moved: only along the days. */
function plotOf(chart) {
  const [begin, size, count] = chart.dataset.dates.split(' ');
  const [first, last] = numbers(chart.dataset.ends);
  const step = (last - first) / Math.max(1, count - 1);
  const lines = [...chart.querySelectorAll(':scope > path, :scope > g > path')].filter((one) => one.getAttribute('stroke') !== 'var(--line)');
  const texts = [...chart.querySelectorAll('text')];
  return {
    chart, begin: Date.parse(begin), size: Number(size), count: Number(count), first, step, added: [],
    told: chart.getAttribute('aria-label'),
    paths: lines.filter((one) => !one.hasAttribute('transform')).map((one) => ({ one, d: one.getAttribute('d'), free: one.parentNode === chart })),
    dots: [...lines, ...texts.filter((one) => one.getAttribute('fill') === 'var(--ink)')].filter((one) => one.hasAttribute('transform'))
      .map((one) => ({ one, at: one.getAttribute('transform').match(/^(.*?)(-?[.\\d]+)([ ,]-?[.\\d]+\\))$/) })),
    dates: texts.filter((one) => one.getAttribute('text-anchor') === 'middle' && one.getAttribute('fill') === 'var(--muted)'),
  };
}

const see = (one, isSeen) => isSeen ? one.removeAttribute('display') : one.setAttribute('display', 'none');

function redraw(plot, since) {
  const { chart, begin, size, count, first, step } = plot;
  const [left, right] = [first - step / 2, first + (count - .5) * step];
  const from = Math.min(Math.max(0, Math.floor((since - begin) / (size * DAY_MS))), count - 1);
  const wider = count / (count - from);
  /* Numbers in a picture are rounded, and a week is fifty times as wide as in a year: each stands exactly at its date. */
  const place = (x) => right - (right - first - Math.round((x - first) / (step || 1)) * step) * wider;
  const bar = (_, x, y, width, height) => {
    const broad = width * wider;
    return 'M' + (place(Number(x) + width / 2) - broad / 2).toFixed(1) + ' ' + y + 'l' + broad.toFixed(1) + ' 0l0 ' + height + 'l' + (-broad).toFixed(1) + ' 0Z';
  };
  for (const { one, d, free } of plot.paths) {
    const moved = d.includes('l') ? d.replace(/M(\\S+) (\\S+)l(\\S+) 0l0 (\\S+)l\\S+ 0Z/g, bar) : d.replace(/([ML])(-?[.\\d]+)/g, (_, letter, x) => letter + place(x).toFixed(1));
    one.setAttribute('d', moved);
    if (free) see(one, place(d.match(/M(-?[.\\d]+)/)[1]) >= left);
  }
  for (const { one, at: [, before, x, after] } of plot.dots) {
    one.setAttribute('transform', before + place(x).toFixed(1) + after);
    see(one, place(x) >= left);
  }
  nameDates(plot, from, place);
  const [start, end] = [begin + from * size * DAY_MS, begin + (count * size - 1) * DAY_MS];
  chart.setAttribute('aria-label', plot.told + (from === 0 ? '' : ' Of it is shown what is from ' + dayOf(start) + ' on.'));
  if ('rows' in chart.dataset) [...rowsOf(chart)].forEach((row, index) => { row.hidden = index < from; });
}

function nameDates({ chart, begin, size, count, first, step, dates, added }, from, place) {
  for (const one of added.splice(0)) one.remove();
  for (const one of dates) see(one, from === 0);
  if (from === 0 || dates.length === 0) return;
  const every = Math.ceil((count - from) / (chart.classList.contains('wide') ? 8 : 4));
  for (let index = count - 1; index >= from; index -= every) {
    const name = dates[0].cloneNode();
    name.removeAttribute('display');
    name.setAttribute('transform', dates[0].getAttribute('transform').replace(/\\([-.\\d]+/, '(' + place(first + index * step).toFixed(1)));
    name.textContent = dayOf(begin + index * size * DAY_MS);
    added.push(name);
    chart.append(name);
  }
}

const rowsOf = (chart) => chart.closest('figure').querySelector('details table').tBodies[0].rows;
const range = document.getElementById('range');
const plots = [...document.querySelectorAll('svg[data-dates]')].map(plotOf);
if (range !== null && plots.length > 0) {
  const last = Date.parse(range.dataset.to);
  const pick = () => {
    const { value, parentNode: { textContent } } = range.querySelector('input:checked');
    const since = value === '' ? -Infinity : last - (value - 1) * DAY_MS;
    for (const plot of plots) redraw(plot, since);
    document.getElementById('shown').textContent = value === '' ? '' : 'The charts of your days and the tables behind them show the last ' + textContent.trim() + ', from ' + dayOf(since) + ' on. What stands beside them is of all days.';
  };
  range.hidden = false;
  range.addEventListener('change', pick);
  pick();
}

const tip = document.getElementById('tip');
for (const chart of document.querySelectorAll('svg[data-rows]')) {
  const rows = [...rowsOf(chart)];
  const heads = [...chart.closest('figure').querySelector('details table').tHead.rows[0].cells].map((cell) => cell.textContent);
  const [first, last] = numbers(chart.dataset.ends);
  const half = (last - first) / Math.max(1, rows.length - 1) / 2;
  const show = (event) => {
    const shown = rows.filter((row) => !row.hidden);
    const box = chart.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * chart.viewBox.baseVal.width;
    const at = Math.floor(((x - first + half) / (last - first + 2 * half || 1)) * shown.length);
    const row = shown[Math.min(Math.max(at, 0), shown.length - 1)];
    const told = [...row.cells].map((cell, index) => (index === 0 ? cell.textContent : heads[index] + ' ' + cell.textContent));
    tip.textContent = told.filter((part) => part !== '').join(' · ');
    tip.hidden = false;
    const left = Math.min(Math.max(event.clientX - tip.offsetWidth / 2, 4), document.documentElement.clientWidth - tip.offsetWidth - 4);
    tip.style.left = left + 'px';
    tip.style.top = Math.max(box.top - tip.offsetHeight - 4, 4) + 'px';
  };
  chart.addEventListener('pointermove', show);
  chart.addEventListener('pointerdown', show);
  chart.addEventListener('pointerleave', () => { tip.hidden = true; });
}
document.addEventListener('scroll', () => { tip.hidden = true; }, { passive: true });
`;
