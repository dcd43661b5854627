/** Paths of fields as a short text: a line for each object, `metadata: end_time start_time`, its fields behind it. */
export function fieldLines(paths: readonly string[]): string {
  const byObject = Map.groupBy(paths, (path) => path.slice(0, Math.max(0, path.lastIndexOf('.'))));
  return [...byObject]
    .map(([object, inside]) => {
      const names = inside.map((path) => path.slice(object === '' ? 0 : object.length + 1));
      return `${object}: ${names.join(' ')}`;
    })
    .join('\n');
}

/** The paths of such a text, sorted. */
export function fieldPaths(lines: string): readonly string[] {
  return lines
    .trim()
    .split('\n')
    .flatMap((line) => {
      const colon = line.indexOf(':');
      const object = line.slice(0, colon);
      const names = line
        .slice(colon + 1)
        .trim()
        .split(' ');
      return names.map((name) => (object === '' ? name : `${object}.${name}`));
    })
    .toSorted();
}
