import { type Explanation, explanation } from '../../../cloud/src/contract/explain.ts';
import { ask } from '../api/api.ts';
import { AmyError } from '../errors.ts';
import type { CommandContext } from './context.ts';

export type Told = Explanation['values'][number];

/** What the server was asked, by the name that the caller gave each question; or why it was not. */
export type ServerWord =
  | { readonly state: 'told'; readonly values: ReadonlyMap<string, readonly Told[]> }
  | { readonly state: 'not_asked'; readonly reason: string };

export type Question = {
  readonly name: string;
  readonly table: 'daily_summary' | 'biomarkers_raw';
  readonly key: Readonly<Record<string, string>>;
  readonly column?: string | undefined;
};

/** What keeps the server from being asked, and no mistake of the person's: the file tells what it knows. */
const OFFLINE: ReadonlySet<string> = new Set(['network_failed', 'server_busy', 'token_missing']);

/** Asks one question after the other. A row that the server has no more is told of by no value. */
export async function askServer(
  context: CommandContext,
  isOffline: boolean,
  questions: readonly Question[],
): Promise<ServerWord> {
  if (isOffline) return { state: 'not_asked', reason: '--offline' };
  try {
    const access = await context.access();
    const values = new Map<string, readonly Told[]>();
    for (const { name, table, key, column } of questions) {
      const query = { table, key: JSON.stringify(key), column };
      const told = await ask(access, (api) => api.v1.explain.$get({ query }), explanation).catch(gone);
      values.set(name, told?.values ?? []);
    }
    return { state: 'told', values };
  } catch (error) {
    if (error instanceof AmyError && OFFLINE.has(error.code)) {
      return { state: 'not_asked', reason: error.message };
    }
    throw error;
  }
}

function gone(error: unknown): null {
  if (error instanceof AmyError && error.code === 'not_found') return null;
  throw error;
}
