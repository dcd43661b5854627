import { LOOK } from '../contract/look.ts';

/** The look of our pages, besides the console’s: readable on a phone. */
export const PAGE_STYLE = `
${LOOK}
#skip { position: absolute; left: -100rem; }
#skip:focus { left: .5rem; top: .5rem; padding: .5rem; background: var(--paper); z-index: 1; }
.frame { display: flex; flex-wrap: wrap; align-items: center; gap: 0 1.25rem; padding: .35rem 1rem; border-bottom: 1px solid var(--line); }
.brand { flex: 1 1 auto; margin: 0; }
.brand a { display: inline-block; padding: .5rem .25rem .5rem 0; color: inherit; font-weight: 700; text-decoration: none; }
.brand span { color: var(--muted); overflow-wrap: anywhere; }
.frame ul { display: flex; flex-wrap: wrap; gap: 0 1.25rem; margin: 0; padding: 0; list-style: none; }
.frame li a { display: block; padding: .5rem 0; }
.frame a[aria-current] { font-weight: 700; text-decoration-thickness: 3px; }
main { max-width: 30rem; margin: 0 auto; padding: 1rem 1rem 3rem; }
h1 { font-size: 1.5rem; line-height: 1.25; }
h2 { font-size: 1.15rem; }
h2:focus { outline: none; }
label { display: block; margin-bottom: .25rem; }
input { width: 100%; padding: .6rem; font: inherit; font-size: 1.25rem; color: inherit; border: 1px solid var(--muted);
  border-radius: var(--round); background: var(--paper); }
input.code { font-family: var(--mono); letter-spacing: .1em; text-transform: uppercase; }
button { margin: .75rem .5rem 0 0; padding: .6rem 1.2rem; font: inherit; border: 1px solid var(--act); border-radius: var(--round);
  background: var(--act); color: var(--on-act); cursor: pointer; }
button.quiet { background: none; color: inherit; border-color: var(--muted); }
button:disabled { opacity: .5; cursor: default; }
#status:empty { display: none; }
#status, .note { padding: .6rem .75rem; border: 1px solid var(--line); border-left-width: 4px; border-radius: var(--round);
  background: var(--soft); }
#account button { margin: 0; padding: .1rem .6rem; }
dt { font-weight: 600; }
dd { margin: 0 0 .5rem; overflow-wrap: anywhere; }
`;
