type Clean = () => unknown;

const cleaners = new Set<Clean>();

/**
 * Has `clean` called after each test of this process, whichever file it is of. A file that several test files share is
 * run for the first of them alone, and an `afterEach` of its own would be heard by no other.
 */
export function afterEachTest(clean: Clean): void {
  cleaners.add(clean);
}

/** Called by the set-up of every test file; what came last is cleaned up first. */
export async function cleanUp(): Promise<void> {
  for (const clean of [...cleaners].reverse()) await clean();
}
