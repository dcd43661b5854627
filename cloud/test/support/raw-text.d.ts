/** A file of the repository as text: Vite reads it when the test is bundled. */
declare module '*?raw' {
  const text: string;
  export default text;
}
