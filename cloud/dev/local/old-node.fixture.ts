/** An `--import` that lets the Node that runs it pass for one that is too old for Amy's tools. */
export function asOldNode(): string {
  return `data:text/javascript,${encodeURIComponent(
    "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } });" +
      "Object.defineProperty(process, 'version', { value: 'v20.20.2' });",
  ).replaceAll("'", '%27')}`;
}
