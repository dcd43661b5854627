import { ownerHints } from '../../src/normalize/envelope.ts';
import { storedEvent } from '../../src/normalize/event.fixture.ts';
import { readIntraday } from '../../src/normalize/intraday.ts';
import { normalize } from '../../src/normalize/normalize.ts';

/** Values that make an item usable at all. */
const TIMES: Readonly<Record<string, string>> = {
  'metadata.start_time': '2026-03-01T22:00:00+01:00',
  'metadata.end_time': '2026-03-02T06:00:00+01:00',
};
const LAYERED = /^data\.results\[\]\.(?:source|biomarker|measurement|interpretation)\./;

type Tree = { [key: string]: Tree | Tree[] | unknown };

/**
 * Every path that normalizing an event of the type asks for, its samples included, whatever of the fields it finds: all of them null, all
 * of them a number, and each of them alone a number or a text, the name of a zone among them. `.*` behind a path means all that stands there.
 */
export function askedPaths(eventType: string, fields: readonly string[]): ReadonlySet<string> {
  const asked = new Set<string>();
  const isLab = eventType.startsWith('lab_report');
  const layouts = isLab ? [fields, fields.filter((path) => !LAYERED.test(path))] : [fields];
  for (const layout of layouts) {
    const found: readonly ((path: string) => unknown)[] = [
      () => null,
      () => 1,
      ...layout.flatMap((alone) =>
        [1, '1', 'peak'].map((value) => (path: string) => (path === alone ? value : null)),
      ),
    ];
    for (const leafOf of found) {
      const item = treeOf(layout, (path) => TIMES[path] ?? leafOf(path));
      const user = { user_id: 'terra-ana-1', provider: 'OURA', reference_id: 'user_ana' };
      const payload = isLab ? { ...item, type: eventType } : { user, data: [item] };
      const noted = noting(payload, '', asked);
      normalize(storedEvent(eventType), noted);
      readIntraday(storedEvent(eventType), noted);
      ownerHints(storedEvent(eventType), noted);
    }
  }
  const inside = [...asked].filter((path) => path.startsWith(isLab ? 'data.' : 'data[].'));
  return new Set(isLab ? inside : inside.map((path) => path.slice('data[].'.length)));
}

/** An item that has every field; where a field is both a value and an object it is the object. */
function treeOf(paths: readonly string[], leafOf: (path: string) => unknown): Tree {
  const root: Tree = {};
  for (const path of paths.toSorted((a, b) => a.length - b.length)) {
    const keys = path.split('.');
    const last = keys.pop() ?? '';
    let at = root;
    for (const key of keys) at = step(at, key);
    if (last.endsWith('[]')) at[last.slice(0, -2)] ??= [leafOf(path)];
    else at[last] = leafOf(path);
  }
  return root;
}

function step(at: Tree, key: string): Tree {
  const name = key.replace(/\[\]$/, '');
  const found = at[name];
  const inner: unknown = Array.isArray(found) ? found[0] : found;
  if (isTree(inner)) return inner;
  const made: Tree = {};
  at[name] = key.endsWith('[]') ? [made] : made;
  return made;
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The same object, noting each path that is asked for. Listed, as `raw` lists it, the object has no keys. */
function noting(value: Tree, at: string, asked: Set<string>): Tree {
  const pathOf = (key: string) => (at === '' ? key : `${at}.${key}`);
  return new Proxy(value, {
    getOwnPropertyDescriptor(target, key) {
      if (typeof key === 'string') asked.add(pathOf(key));
      return Reflect.getOwnPropertyDescriptor(target, key);
    },
    get(target, key) {
      const inner: unknown = Reflect.get(target, key);
      if (typeof key !== 'string') return inner;
      if (Array.isArray(inner)) {
        // A list of numbers is read as a whole.
        if (!inner.every(isTree)) asked.add(`${pathOf(key)}[]`);
        return inner.map((one) => (isTree(one) ? noting(one, `${pathOf(key)}[]`, asked) : one));
      }
      return isTree(inner) ? noting(inner, pathOf(key), asked) : inner;
    },
    ownKeys() {
      asked.add(`${at}.*`);
      return [];
    },
  });
}
