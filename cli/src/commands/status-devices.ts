import type { ConnectionShown } from '../../../cloud/src/contract/me.ts';
import { silencesInWords } from '../../../cloud/src/contract/silence-words.ts';
import { ask } from '../api/api.ts';
import { AmyError } from '../errors.ts';
import { STATUS_TIMEOUT_MS } from '../limits.ts';
import { nameOfResource } from '../terminal/nouns.ts';
import type { ShowTime } from '../terminal/times.ts';
import type { CommandContext } from './context.ts';

/** What the server says of a person's devices. The file knows nothing of it, and its status never depends on it. */
export type DevicesAnswer =
  | { readonly state: 'not_signed_in' }
  | { readonly state: 'unknown'; readonly message: string }
  | { readonly state: 'told'; readonly connections: readonly ConnectionShown[] };

/** Asks only who is signed in, and not for long. */
export async function readDevices(context: CommandContext): Promise<DevicesAnswer> {
  try {
    if (!context.hasEnvironmentToken && context.storedSignIn() === undefined)
      return { state: 'not_signed_in' };
    const access = await context.access();
    const answer = await ask(
      access,
      (api) => api.v1.me.$get(),
      async () => (await import('../../../cloud/src/contract/me.ts')).me,
      { timeoutMs: STATUS_TIMEOUT_MS, patient: false },
    );
    return { state: 'told', connections: answer.connections };
  } catch (error) {
    if (error instanceof AmyError) return { state: 'unknown', message: error.message };
    throw error;
  }
}

/** A line for each device that is silent; none of those that are in time. */
export function renderDevices(devices: DevicesAnswer, time: ShowTime): readonly string[] {
  switch (devices.state) {
    case 'not_signed_in':
      return [];
    case 'unknown':
      return [`Devices      not asked: ${devices.message}`];
    case 'told':
      return devices.connections.flatMap(({ provider, silences, last_received_at }) =>
        silencesInWords(silences, last_received_at, time, nameOfResource).map(
          (words) => `${named(provider)}: ${words}`,
        ),
      );
  }
}

/** `Oura`: as a name at the beginning of a sentence. */
function named(provider: string): string {
  return provider.slice(0, 1).toUpperCase() + provider.slice(1);
}
