/** Where a counted Worker runs the loop. No route of the Worker's is called so. */
export const KNOWN_LOOP_PATH = '/computes-for-bench';

/** Computes in JavaScript alone, without memory and without the platform: some 25 ns a step. */
export function compute(steps: number): string {
  let value = 1;
  for (let n = 0; n < steps; n += 1) value = (value * 1_103_515_245 + 12_345) % 2_147_483_648;
  return String(value);
}
