/**
 * What a browser runs that may: under the pointer it shows the row of the table behind the chart. Nothing is lost
 * without it. It reads what stands in the page and writes text, never markup.
 */
export const REPORT_SCRIPT = `
'use strict';
for (const chart of document.querySelectorAll('svg[data-ends]')) {
  const figure = chart.closest('figure');
  const table = figure.querySelector('details table');
  const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
  const rows = table.tBodies[0].rows;
  const [first, last] = chart.dataset.ends.split(' ').map(Number);
  const show = (event) => {
    const box = chart.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * chart.viewBox.baseVal.width;
    const at = Math.round(((x - first) / (last - first || 1)) * (rows.length - 1));
    const row = rows[Math.min(Math.max(at, 0), rows.length - 1)];
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
const tip = document.getElementById('tip');
document.addEventListener('scroll', () => { tip.hidden = true; }, { passive: true });
`;
