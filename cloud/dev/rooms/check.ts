import type { Source } from './read-source.ts';
import { EMPTY_NAMES, type House, NOT_YET } from './rules.ts';

/** Sources by path from the repository's root. */
export type Sources = ReadonlyMap<string, Source>;

/** Every rule that the sources of a house break, one sentence each. */
export function brokenRules(house: House, sources: Sources, notYet = NOT_YET): readonly string[] {
  const own = new Map([...sources].filter(([path]) => path.startsWith(`${house.root}/`)));
  return [
    ...homeless(house, own),
    ...badArrows(house, own),
    ...impure(house, own),
    ...outOfRoom(house, own, 'SQL', house.sqlRoom, ({ writesSql }) => writesSql, notYet.sql),
    ...(house.fetchRoom === null
      ? []
      : outOfRoom(house, own, 'fetch', house.fetchRoom, ({ fetches }) => fetches, notYet.fetch)),
  ];
}

/** Where a file of a house lives: the unit that the floors name, and its height. Null where no floor names it. */
function homeOf(house: House, path: string): { readonly unit: string; readonly height: number } | null {
  const name = path.slice(house.root.length + 1);
  for (const unit of [name, name.split('/')[0] ?? '']) {
    const floor = house.floors.findIndex((units) => units.includes(unit));
    if (floor >= 0) return { unit, height: house.floors.length - floor };
  }
  return null;
}

function homeless(house: House, sources: Sources): readonly string[] {
  return [...sources.keys()]
    .filter((path) => homeOf(house, path) === null)
    .map((path) => `${path} is in no room`);
}

function badArrows(house: House, sources: Sources): readonly string[] {
  return [...sources].flatMap(([path, { imports }]) =>
    imports.flatMap(({ target, isType }) => {
      const fault = target.includes('/') ? arrowFault(house, sources, path, target, isType) : null;
      return fault === null ? [] : [`${path} -> ${target}: ${fault}`];
    }),
  );
}

function arrowFault(
  house: House,
  sources: Sources,
  path: string,
  target: string,
  isType: boolean,
): string | null {
  if (!target.startsWith(`${house.root}/`)) return outsideFault(house, target, isType);
  const [from, to] = [homeOf(house, path), homeOf(house, target)];
  if (from === null || to === null) return null;
  if (!sources.has(target) && target.endsWith('.ts')) return 'no source of this house';
  if (from.height > to.height) return null;
  const isSameRoom = path.split('/', 3).join('/') === target.split('/', 3).join('/');
  if (from.unit === to.unit || (isSameRoom && from.height === to.height)) return null;
  return from.height === to.height ? 'runs to a neighbour' : 'runs back up';
}

/** Only paths of this repository are judged: `zod` and `node:fs` are packages. */
function outsideFault({ outside }: House, target: string, isType: boolean): string | null {
  if (!/^(\.\.|cloud|cli)\//.test(target)) return null;
  if (outside.folders.some((folder) => target.startsWith(`${folder}/`))) return null;
  return isType && outside.typesOf.includes(target) ? null : 'leads out of the house';
}

function impure(house: House, sources: Sources): readonly string[] {
  return [...sources].flatMap(([path, { imports, impurities }]) => {
    if (!house.pureRooms.some((room) => path.startsWith(`${house.root}/${room}/`))) return [];
    const foreign = imports
      .map(({ target }) => target)
      .filter((target) => !target.startsWith(`${house.root}/`));
    return [...foreign, ...impurities].map((what) => `${path} is to be pure and uses ${what}`);
  });
}

/** Files that do outside of its room what only that room may do, and exceptions that are none any more. */
function outOfRoom(
  house: House,
  sources: Sources,
  what: string,
  room: string,
  does: (source: Source) => boolean,
  notYet: readonly string[],
): readonly string[] {
  const found = [...sources]
    .filter(([path, source]) => !path.startsWith(`${house.root}/${room}/`) && does(source))
    .map(([path]) => path);
  const excepted = notYet.filter((path) => path.startsWith(`${house.root}/`));
  return [
    ...found.filter((path) => !excepted.includes(path)).map((path) => `${path}: ${what} outside of ${room}/`),
    ...excepted
      .filter((path) => !found.includes(path))
      .map((path) => `${path} needs no exception for ${what} any more`),
  ];
}

/** Circles of files that import each other, each told once, from its first file on. */
export function cycles(sources: Sources): readonly string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const follow = (path: string, way: readonly string[]): void => {
    const start = way.indexOf(path);
    if (start >= 0) found.push([...way.slice(start), path].join(' -> '));
    if (start >= 0 || done.has(path)) return;
    for (const { target } of sources.get(path)?.imports ?? []) follow(target, [...way, path]);
    done.add(path);
  };
  for (const path of sources.keys()) follow(path, []);
  return found;
}

/** Folders whose names say nothing. */
export function emptyNames(paths: readonly string[]): readonly string[] {
  return paths.filter((path) =>
    path
      .split('/')
      .slice(0, -1)
      .some((folder) => EMPTY_NAMES.includes(folder)),
  );
}
