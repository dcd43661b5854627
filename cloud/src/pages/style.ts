import { LOOK } from '../contract/look.ts';

/** The look of our pages: the system's fonts and colours, readable on a phone and in the dark. */
export const PAGE_STYLE = `
:root { ${LOOK} }
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; background: var(--paper); color: var(--ink); }
main { max-width: 30rem; margin: 0 auto; padding: 1.5rem 1rem; }
h1 { font-size: 1.5rem; }
h2 { font-size: 1.15rem; }
h2:focus { outline: none; }
a { color: var(--link); }
code, pre { font-family: ui-monospace, monospace; font-size: .9em; }
code { overflow-wrap: anywhere; }
label { display: block; margin-bottom: .25rem; }
input { box-sizing: border-box; width: 100%; padding: .6rem; font: inherit; font-size: 1.25rem; }
input.code { font-family: ui-monospace, monospace; letter-spacing: .1em; text-transform: uppercase; }
button { margin: .75rem .5rem 0 0; padding: .6rem 1.2rem; font: inherit; border: 1px solid; border-radius: .4rem;
  background: #1a56c4; color: #fff; cursor: pointer; }
button.quiet { background: none; color: inherit; }
button:disabled { opacity: .5; cursor: default; }
:focus-visible { outline: 3px solid #e08a00; outline-offset: 2px; }
#status:empty { display: none; }
#status, .note { padding: .6rem; border: 1px solid; border-radius: .4rem; }
#account button { margin: 0; padding: .1rem .6rem; }
dt { font-weight: 600; }
dd { margin: 0 0 .5rem; overflow-wrap: anywhere; }
[hidden] { display: none; }
`;
