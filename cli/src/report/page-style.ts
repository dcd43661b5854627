import { CHART_LOOK, LOOK } from '../../../cloud/src/contract/look.ts';

/** The look of a report: of one family with the operator’s page, calm, readable on a phone, in the dark and on paper. */
export const REPORT_STYLE = `
${LOOK}
:root { ${CHART_LOOK} }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
header, main, footer { max-width: 64rem; margin: 0 auto; padding: 0 1rem; }
header { padding-top: 2rem; }
.brand { margin: 0; color: var(--muted); font-weight: 700; }
h1 { margin: .25rem 0; font-size: 1.75rem; line-height: 1.2; }
h2 { margin: 3rem 0 .5rem; padding-top: .75rem; border-top: 1px solid var(--line); font-size: 1.35rem; }
h3 { margin: 0 0 .25rem; font-size: 1.05rem; }
h4 { margin: 0 0 .15rem; font-size: .95rem; }
p { margin: .5rem 0; max-width: 44rem; }
code { font-size: .85em; }
.muted, figcaption p { color: var(--muted); font-size: .9rem; }
.muted code { color: var(--ink); }
nav ul { display: flex; flex-wrap: wrap; gap: 0 1.25rem; margin: 1rem 0 0; padding: 0; list-style: none; }
nav a { display: block; padding: .5rem 0; }
.notices { margin: 1rem 0 0; padding: .6rem .75rem; border: 1px solid var(--line); border-left-width: 4px; border-radius: var(--round);
  background: var(--soft); list-style: none; }
.notices li + li { margin-top: .5rem; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 18rem), 1fr)); gap: .75rem; margin: 1rem 0; padding: 0; list-style: none; }
.cards > li { padding: .75rem .9rem; border: 1px solid var(--line); border-radius: .5rem; min-width: 0; overflow-wrap: anywhere; }
.cards p { margin: .25rem 0; font-size: .9rem; }
.cards .value { font-size: 1.5rem; font-weight: 600; line-height: 1.25; }
.cards .muted, .cards .panel { font-size: .8rem; }
.cards .panel { margin: 0; color: var(--muted); }
.cards p.mark { font-size: .9rem; }
.strip { display: block; width: 100%; max-width: 20rem; height: auto; margin: .35rem 0; }
.mark { color: var(--two); font-weight: 600; }
figure { margin: 1.75rem 0 2.25rem; }
figcaption p { margin: 0 0 .25rem; }
svg text { font-family: var(--face); font-size: 12px; }
.chart { display: block; width: 100%; height: auto; }
.narrow { display: none; }
.facts { display: flex; flex-wrap: wrap; gap: .35rem 1.5rem; margin: .35rem 0; font-size: .85rem; }
.facts dt { color: var(--muted); font-size: .8rem; }
.facts dd { margin: 0; overflow-wrap: anywhere; }
.legend { display: flex; flex-wrap: wrap; gap: 0 1rem; margin: 0; padding: 0; list-style: none; font-size: .85rem; }
.legend li::before { content: ""; display: inline-block; margin-right: .35em; border: .4em solid; border-radius: .2em; }
.one { color: var(--one); } .two { color: var(--two); } .three { color: var(--three); } .four { color: var(--four); }
.notes { max-width: 44rem; padding-left: 1.2rem; font-size: .9rem; }
.footnote { max-width: 44rem; margin: .5rem 0; padding-left: .75rem; border-left: 3px solid var(--line); color: var(--muted); font-size: .85rem; }
.footnote p { margin: 0; }
summary { padding: .55rem 0; cursor: pointer; color: var(--link); font-size: .9rem; }
.scroll { max-height: 22rem; overflow: auto; border: 1px solid var(--line); border-radius: var(--round); }
table { border-collapse: collapse; width: 100%; font-size: .85rem; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .6rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
thead th { color: var(--muted); font-weight: 600; }
.scroll thead th { position: sticky; top: 0; background: var(--paper); }
tbody th { font-weight: 400; }
.cards th { white-space: nowrap; }
.list thead th { overflow-wrap: normal; }
.list tbody th { min-width: 13rem; }
.list td { min-width: 5.5rem; }
.list + h3 { margin-top: 1.5rem; }
.small-plots { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); gap: .75rem 1.5rem; margin: .75rem 0; }
.small-plots > figure { margin: .75rem 0; min-width: 0; }
.missing dt { font-weight: 600; }
.missing dd { margin: 0 0 .6rem; }
#range { top: 0; z-index: 1; margin: 1.5rem 0 0; background: var(--paper); }
#range fieldset { display: flex; flex-wrap: wrap; gap: 0 .9rem; margin: 0; padding: 0; border: 0; font-size: .9rem; }
#range legend { float: left; padding: .45rem 0; color: var(--muted); }
#range label { display: flex; align-items: center; gap: .3rem; padding: .45rem 0; cursor: pointer; }
#range input { margin: 0; accent-color: var(--act); }
#shown { max-width: none; font-size: .9rem; }
#shown:empty { margin: 0; }
#tip { position: fixed; max-width: calc(100vw - 8px); padding: .3rem .6rem; border: 1px solid var(--line); border-radius: var(--round);
  background: var(--paper); font-size: .8rem; pointer-events: none; }
svg[data-rows] { touch-action: pan-y; cursor: crosshair; }
footer { padding: 2rem 1rem 3rem; color: var(--muted); font-size: .85rem; }
@media (max-width: 34rem) {
  .wide { display: none; }
  .narrow { display: block; }
  th, td { padding: .3rem .4rem; }
  .list, .list tbody, .list tr, .list tbody th, .list td { display: block; }
  .list thead { display: none; }
  .list tr { padding: .5rem 0; border-bottom: 1px solid var(--line); }
  .list tbody th, .list td { min-width: 0; padding: .1rem 0; border: 0; }
  .list tbody th { font-weight: 600; }
  .list tbody td:empty { display: none; }
  .list td { display: grid; grid-template-columns: 7.5rem minmax(0, 1fr); gap: .5rem; }
  .list td::before { content: attr(data-head); color: var(--muted); }
}
@media (min-width: 34.01rem) {
  /* On a phone it would take the room of a chart. */
  #range { position: sticky; }
  section { scroll-margin-top: 2.5rem; }
}
@media (min-width: 62rem), print {
  .plot:not(.draw, .small) { display: grid; grid-template-columns: minmax(0, 1fr) 15rem; column-gap: 1.5rem; }
  .plot:not(.draw, .small) > * { grid-column: 1 / -1; }
  .plot:not(.draw, .small) > .chart { grid-column: 1; }
  .plot:not(.draw, .small) > .facts { grid-column: 2; flex-direction: column; align-self: center; }
}
@media print {
  @page { size: A4; margin: 14mm 15mm; }
  :root { color-scheme: light; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  html { font-size: 12.5px; }
  .cards { grid-template-columns: repeat(3, 1fr); gap: .5rem; }
  .cards .value { font-size: 1.2rem; }
  .cards > li { padding: .5rem .6rem; }
  header, main, footer { max-width: none; padding: 0; }
  nav, details, #tip, #range { display: none; }
  h2 { break-after: avoid; margin-top: 1.5rem; }
  h3, h4, figcaption { break-after: avoid; }
  figure, .cards > li, tr, .notices, .footnote, .facts { break-inside: avoid; }
  /* Earlier results have no picture where their units differ: on paper, too, they are to be had. */
  .cards details { display: block; }
  .cards summary { padding: .2rem 0; color: var(--muted); list-style: none; }
  .cards details::details-content { content-visibility: visible; }
  .draw { break-inside: auto; }
  .draw .small-plots > div { break-inside: avoid; }
  figure, .small-plots > figure { margin: .75rem 0; }
  .narrow { display: none; }
  .wide { display: block; }
  .plot:not(.draw, .small) { grid-template-columns: minmax(0, 1fr) 10rem; column-gap: 1rem; }
  .small-plots { grid-template-columns: 1fr 1fr; }
}
`;
