/** One guard switched off: a text of a source file replaced, and the tests one of which must notice. */
export type Mutant = {
  readonly guard: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly tests: readonly string[];
};

/** A guard's name, the text that makes it, what stands there without it, and where it lies if not where the others do. */
export type SwitchedOff = readonly [
  guard: string,
  file: string,
  from: string,
  to: string,
  ...tests: string[],
];

/** Mutants of one area: `queue/drain.ts` lies below `cloud/src/`, `drain` below `cloud/test/`. */
export function mutants(area: string, switchedOff: readonly SwitchedOff[]): readonly Mutant[] {
  return switchedOff.map(([guard, file, from, to, ...tests]) => ({
    guard: `${area}: ${guard}`,
    file: `cloud/src/${file}`,
    from,
    to,
    tests: tests.map((test) => (test.includes('/') ? `cloud/src/${test}` : `cloud/test/${test}`)),
  }));
}

/** A guard's name, the text that makes it, and what stands there without it. */
export type OneOff = readonly [guard: string, file: string, from: string, to: string];

/** Makes mutants of an area outside of the Worker: its files lie below one folder, and all have the same tests. */
export function mutantsBelow(folder: string, area: string, tests: readonly string[]) {
  return (...[guard, file, from, to]: OneOff): Mutant => ({
    guard: `${area}: ${guard}`,
    file: `${folder}/${file}`,
    ...{ from, to, tests },
  });
}
