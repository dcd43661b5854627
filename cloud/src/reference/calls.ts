import { type ApiDocument, isOfEveryCall, type Operation, operationsOf } from './document.ts';
import { GROUPS, type Group, groupOf, placeIn, UNGROUPED } from './groups.ts';
import { schemaOf } from './schema.ts';

/** A call of the API, with everything the document says of it. */
export type Call = { readonly method: string; readonly path: string; readonly operation: Operation };

/** What one wants to do, and the calls for it in the order in which they are shown. */
export type GroupOfCalls = { readonly group: Group; readonly calls: readonly Call[] };

/** All calls of the document in their groups; groups without any are left out. */
export function groupedCalls(document: ApiDocument): readonly GroupOfCalls[] {
  const calls = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    operationsOf(item).map(([method, operation]) => ({ method, path, operation })),
  );
  return [...GROUPS, UNGROUPED]
    .map((group) => ({ group, calls: callsOf(group, calls) }))
    .filter((one) => one.calls.length > 0);
}

function callsOf(group: Group, calls: readonly Call[]): readonly Call[] {
  return calls
    .filter(({ method, path }) => groupOf(method, path) === group)
    .toSorted(
      (a, b) =>
        placeIn(group, a.method, a.path) - placeIn(group, b.method, b.path) || (a.path < b.path ? -1 : 1),
    );
}

/** The calls of which every word of `text` is said somewhere: in their group, address, texts or fields. */
export function findCalls(groups: readonly GroupOfCalls[], text: string): readonly GroupOfCalls[] {
  const words = text.toLowerCase().split(/\s+/);
  return groups
    .map(({ group, calls }) => ({
      group,
      calls: calls.filter((call) => {
        const said = saidOf(group, call).join('\n').toLowerCase();
        return words.every((word) => hasWord(said, word));
      }),
    }))
    .filter(({ calls }) => calls.length > 0);
}

/** Whether a word begins so: `lab` is not in `unavailable`. */
function hasWord(said: string, start: string): boolean {
  for (let at = said.indexOf(start); at >= 0; at = said.indexOf(start, at + 1)) {
    if (!/[a-z0-9]{2}/.test(said.slice(Math.max(at - 1, 0), at + 1))) return true;
  }
  return false;
}

/** What holds for every call finds none of them. */
function saidOf(group: Group, { method, path, operation }: Call): readonly string[] {
  const { responses = {}, ...rest } = operation;
  const own = Object.entries(responses).filter(([status, response]) => !isOfEveryCall(status, response));
  return [group.title, group.about, `${method} ${path}`, ...textsOf(rest), ...textsOf(own)];
}

const TEXTS: ReadonlySet<string> = new Set(['summary', 'description', 'name']);

/** Sentences, names of parameters and of fields. */
function textsOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(textsOf);
  return Object.entries(schemaOf(value)).flatMap(([key, part]) => {
    if (typeof part === 'string') return TEXTS.has(key) ? [part] : [];
    return key === 'properties' ? [...Object.keys(schemaOf(part)), ...textsOf(part)] : textsOf(part);
  });
}
