/**
 * Colours that everything has which a person sees in a browser: the console, the pages and the report that the CLI
 * makes. Custom properties of CSS, each for the light and the dark.
 */
export const LOOK = `color-scheme: light dark; --paper: light-dark(#fff, #15181c); --ink: light-dark(#1b1f24, #e7eaee);
  --link: light-dark(#1a56c4, #8ab4f8); --line: light-dark(#c9ced6, #454b55); --soft: light-dark(#f3f5f8, #22262c);
  --muted: light-dark(#545c68, #a9b1bd);`;
