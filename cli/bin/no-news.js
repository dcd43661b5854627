/** Early releases of Node 24 announce both on every start. */
const NO_NEWS = ['SQLite is an experimental feature', 'stripTypeScriptTypes is an experimental feature'];

/** Other warnings stay. */
export function hideNoNews() {
  const emitWarning = process.emitWarning;
  process.emitWarning = (warning, ...rest) => {
    const message = warning instanceof Error ? warning.message : String(warning);
    if (NO_NEWS.some((start) => message.startsWith(start))) return;
    emitWarning.call(process, warning, ...rest);
  };
}
