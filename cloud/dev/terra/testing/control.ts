import type { TerraSimulator } from '../simulator.ts';

export type ControlAnswer = { readonly status: number; readonly body: Record<string, unknown> };

/** `POST /sim/<command>`, as another process asks. */
export async function postControl(
  { url }: Pick<TerraSimulator, 'url'>,
  command: string,
  body: object,
): Promise<ControlAnswer> {
  const response = await fetch(`${url}/sim/${command}`, { method: 'POST', body: JSON.stringify(body) });
  const answer: unknown = await response.json();
  return { status: response.status, body: answer as Record<string, unknown> };
}
