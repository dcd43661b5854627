import { type JsonObject, stringIn } from '../json.ts';

/** Members of a command's body. Each throws a RangeError that names the member and says what it takes. */

export function textIn(body: JsonObject, name: string): string {
  const value = stringIn(body, name);
  if (value === null) throw new RangeError(`${name} is required, as text`);
  return value;
}

export function flagIn(body: JsonObject, name: string): boolean {
  const value = body[name];
  if (typeof value !== 'boolean') throw new RangeError(`${name} is true or false`);
  return value;
}

/** A whole number of at least `low`, and of at most `high` where there is one. */
export function countIn(body: JsonObject, name: string, low = 0, high = Number.MAX_SAFE_INTEGER): number {
  const value = body[name];
  if (typeof value !== 'number' || !Number.isInteger(value) || value < low || value > high) {
    const most = high === Number.MAX_SAFE_INTEGER ? ' up' : ` to ${high}`;
    throw new RangeError(`${name} is a whole number from ${low}${most}`);
  }
  return value;
}

/** @throws RangeError for the first member that is none of these */
export function refuseOthers(body: JsonObject, names: readonly string[]): void {
  const other = Object.keys(body).find((name) => !names.includes(name));
  if (other !== undefined) throw new RangeError(`${other} is not known here; there are ${names.join(', ')}`);
}
