/** What the reference looks like beside the other pages: contents on the left where there is room, lines to paste on the right. */
export const REFERENCE_STYLE = `
main { max-width: 90rem; padding-bottom: 4rem; overflow-wrap: anywhere; }
.intro { max-width: 46rem; }
form { display: flex; flex-wrap: wrap; gap: .5rem; align-items: end; margin: 1.25rem 0; }
form label { flex: 1 0 100%; margin: 0; font-weight: 600; }
form input { flex: 1 1 12rem; width: auto; min-width: 0; font-size: 1rem; }
form button { margin: 0; }
#contents h2 { margin: .75rem 0 .15rem; font-size: 1rem; }
#contents ul { margin: 0 0 .5rem; padding: 0; list-style: none; font-size: .9rem; line-height: 1.3; }
#contents a { display: inline-block; padding: .2rem 0; text-decoration: none; }
#contents a:hover, h3 a:hover { text-decoration: underline; }
.group { margin-top: 2.5rem; border-top: 2px solid var(--line); }
.group > h2 { margin: 1rem 0 .25rem; font-size: 1.4rem; }
.group > p { max-width: 46rem; }
.call { margin-top: 1.5rem; padding-top: 1rem; border-top: 1px solid var(--line); }
.call:target > h3 { border-left: 4px solid var(--focus); padding-left: .5rem; }
h3 { margin: 0; font-size: 1.1rem; }
h3 a { color: inherit; text-decoration: none; }
h4 { margin: 1rem 0 .25rem; font-size: .95rem; }
.address { margin: .1rem 0 .5rem; }
.address b { padding: 0 .35rem; border: 1px solid var(--line); border-radius: var(--round); font-size: .75em;
  text-transform: uppercase; letter-spacing: .04em; }
.both > * { min-width: 0; }
.both p { margin: .4rem 0; }
.call > p { max-width: 46rem; }
dl { margin: 0; }
dt small { color: var(--muted); font-weight: 400; }
dd { margin: 0 0 .4rem 1rem; }
.fields dt { margin-top: .35rem; font-weight: 400; }
.fields dt code { font-weight: 600; }
.fields dd:empty { display: none; }
summary { padding: .35rem 0; cursor: pointer; color: var(--link); }
pre { margin: .5rem 0; padding: .75rem; overflow: auto; white-space: pre-wrap; border: 1px solid var(--line);
  border-radius: var(--round); background: var(--soft); font-size: .8rem; line-height: 1.5; }
pre code { font-size: inherit; }
figure { margin: 0; }
figure pre { max-height: 22rem; margin-top: .25rem; }
.answers { display: grid; grid-template-columns: 2.75rem minmax(0, 1fr); }
.answers > dd { margin-left: 0; }
mark { padding: 0 .1rem; background: none; color: inherit; border-bottom: 2px dotted var(--focus); }
@media (max-width: 62rem) {
  #contents { columns: 16rem; }
  #contents:not(.found) ul { display: none; }
  #contents:not(.found) h2 { margin: 0; font-weight: 400; }
  #contents h2 { break-after: avoid; }
}
@media (min-width: 62rem) {
  main { display: grid; grid-template-columns: 17rem minmax(0, 1fr); gap: 0 2.5rem; padding: 1rem 1.5rem 4rem; }
  .intro { grid-column: 2; }
  #contents { grid-row: 1 / span 2; position: sticky; top: 0; align-self: start; max-height: 100vh; overflow: auto;
    padding-bottom: 2rem; }
}
@media (min-width: 75rem) {
  .both { display: grid; grid-template: auto 1fr / minmax(0, 1fr) minmax(0, 1fr); gap: 0 2rem; }
  .both > pre, .both > figure { grid-column: 2; }
  .both > div { grid-area: 1 / 1 / 3; }
}
`;
