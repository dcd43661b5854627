/** The end of a switch that has a case for everything: one that is forgotten does not compile. */
export function unreachable(value: never): never {
  throw new Error(`there is no case for ${JSON.stringify(value)}`);
}
