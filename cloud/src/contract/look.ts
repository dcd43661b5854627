/**
 * The look of everything that a person sees in a browser: the console, the reference, the other pages, and the report
 * that the CLI makes. Colours, for the light and the dark, fonts and corners stand here and nowhere else.
 */
const TOKENS = `color-scheme: light dark; --paper: light-dark(#fff, #15181c); --ink: light-dark(#1b1f24, #e7eaee);
  --link: light-dark(#1a56c4, #8ab4f8); --line: light-dark(#c9ced6, #454b55); --soft: light-dark(#f3f5f8, #22262c);
  --muted: light-dark(#545c68, #a9b1bd); --bad: light-dark(#a8201a, #ff9a92); --good: light-dark(#1c6b3a, #7fd6a0);
  --focus: light-dark(#b45f00, #f0a030); --act: #1a56c4; --danger: #a8201a; --on-act: #fff; --round: .4rem;
  --face: system-ui, sans-serif; --mono: ui-monospace, monospace;`;

/** The first lines of every style sheet. */
export const LOOK = `:root { ${TOKENS} }
* { box-sizing: border-box; }
body { margin: 0; font: 1rem/1.5 var(--face); background: var(--paper); color: var(--ink); }
a { color: var(--link); overflow-wrap: anywhere; }
code, pre { font-family: var(--mono); font-size: .9em; overflow-wrap: anywhere; }
.muted { color: var(--muted); }
[hidden] { display: none !important; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }`;

/** What charts are drawn with, besides. */
export const CHART_LOOK = `--one: var(--link); --two: var(--focus); --three: light-dark(#0f766e, #5cc8bb);
  --four: light-dark(#6d3fb4, #c4a1f2); --quiet: var(--muted); --band: light-dark(#dfe5ee, #323a46);
  --range: light-dark(#cfe9d8, #234433);`;
