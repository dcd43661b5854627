import { LOOK } from '../contract/look.ts';

/** The look of the console: readable at 320 px and on a wide screen. */
export const CONSOLE_STYLE = `
${LOOK}
/* What has the focus does not come to lie behind what is being said. */
html { scroll-padding-top: 6rem; }
#skip { position: absolute; left: -100rem; }
#skip:focus { left: .5rem; top: .5rem; padding: .5rem; background: var(--paper); z-index: 1; }
header { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1.25rem; padding: .5rem 1rem;
  border-bottom: 1px solid var(--line); }
.brand { flex: 1; margin: 0; font-weight: 700; }
.brand a { color: inherit; text-decoration: none; }
.brand span { color: var(--muted); font-weight: 400; overflow-wrap: anywhere; }
nav { flex: 1 1 20rem; order: 1; }
nav ul { display: flex; flex-wrap: wrap; gap: 0 1rem; margin: 0; padding: 0; list-style: none; }
nav a { display: block; padding: .6rem 0; overflow-wrap: normal; white-space: nowrap; }
nav a[aria-current] { font-weight: 700; text-decoration-thickness: 3px; }
main, footer { max-width: 64rem; margin: 0 auto; padding: 1rem; }
main:focus, h1:focus, h2:focus { outline: none; }
h1 { margin: .5rem 0; font-size: 1.5rem; overflow-wrap: anywhere; }
h2 { margin: 2rem 0 .5rem; font-size: 1.15rem; }
h3 { margin: 1rem 0 .25rem; font-size: 1rem; }
p { margin: .5rem 0; }
pre { max-height: 30rem; margin: .5rem 0; padding: .75rem; overflow: auto; white-space: pre-wrap;
  border: 1px solid var(--line); border-radius: var(--round); background: var(--soft); }
.bad { color: var(--bad); font-weight: 600; }
.good { color: var(--good); font-weight: 600; }
label, legend { font-weight: 600; }
label { display: block; margin: .5rem 0 .25rem; }
label.one { display: flex; gap: .5rem; align-items: baseline; font-weight: 400; }
input, select { display: block; width: 100%; max-width: 30rem; padding: .5rem; font: inherit; color: inherit;
  border: 1px solid var(--muted); border-radius: var(--round); background: var(--paper); }
input[type=radio], input[type=checkbox] { display: inline-block; width: auto; }
fieldset { margin: 1rem 0; padding: .5rem 1rem 1rem; border: 1px solid var(--line); border-radius: var(--round); min-width: 0; }
button { min-height: 2.75rem; padding: .4rem 1rem; font: inherit; border: 1px solid var(--act); border-radius: var(--round);
  background: var(--act); color: var(--on-act); cursor: pointer; }
button.quiet { background: none; color: inherit; border-color: var(--muted); }
button.danger { background: var(--danger); border-color: var(--danger); }
button:disabled { opacity: .5; cursor: default; }
form > button { margin-top: .75rem; }
#status:empty, #problem:empty { display: none; }
#status, #problem { padding: .6rem .75rem; border: 1px solid var(--line); border-left-width: 4px;
  border-radius: var(--round); background: var(--soft); overflow-wrap: anywhere; }
#status, #problem { position: sticky; top: .5rem; z-index: 1; }
#problem { border-color: var(--bad); }
.acts { display: flex; flex-wrap: wrap; gap: .5rem; align-items: flex-start; margin: .75rem 0; }
.plain { margin: .5rem 0; padding: 0; list-style: none; }
.cards > li { margin: .75rem 0; padding: .6rem .75rem; border: 1px solid var(--line); border-radius: var(--round); }
.cards p { margin: .25rem 0; overflow-wrap: anywhere; }
.cards .acts { margin: .5rem 0 .25rem; }
[data-says]::first-letter { text-transform: uppercase; }
.head { display: flex; flex-wrap: wrap; gap: .1rem .75rem; align-items: baseline; }
.tag { padding: 0 .4rem; border: 1px solid; border-radius: .3rem; font-size: .85rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.25rem, 1fr)); gap: .5rem; margin: .5rem 0; }
.figures > div { padding: .5rem .75rem; border: 1px solid var(--line); border-radius: var(--round); }
.figures dt { color: var(--muted); font-size: .9rem; overflow-wrap: anywhere; }
.figures dd { margin: 0; overflow-wrap: anywhere; }
.figures dd strong { font-size: 1.4rem; }
.pairs { display: grid; grid-template-columns: minmax(7rem, 14rem) 1fr; gap: .15rem 1rem; margin: .5rem 0; }
.pairs dt { color: var(--muted); overflow-wrap: anywhere; }
.pairs dd { margin: 0; overflow-wrap: anywhere; min-width: 0; }
.fields { display: grid; grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); gap: 0 1rem; }
table { border-collapse: collapse; }
caption { text-align: left; color: var(--muted); }
th, td { padding: .3rem 1rem .3rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
tbody th { font-weight: 400; }
td.number, th.number { text-align: right; }
summary { min-height: 2.75rem; padding: .55rem .25rem; cursor: pointer; }
figure { margin: .75rem 0; }
figure svg { display: block; width: 100%; max-width: 30rem; height: 4rem; fill: var(--link); }
.timeline { margin: .5rem 0; padding-left: 1rem; border-left: 3px solid var(--line); list-style: none; }
.timeline > li { margin: .6rem 0; overflow-wrap: anywhere; }
@media (min-width: 44rem) {
  .brand { flex: none; }
  nav { order: 0; }
}
@media (max-width: 30rem) {
  nav ul { gap: 0 .5rem; font-size: .95rem; }
  .pairs { grid-template-columns: 1fr; }
  .pairs dd { margin-bottom: .4rem; }
}
`;
