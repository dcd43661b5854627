import { onTestFinished } from 'vitest';
import type { TerraOptions } from '../options.ts';
import { startTerra, type TerraSimulator } from '../simulator.ts';
import { type Answering, type Receiver, startReceiver } from './receiver.ts';

export const SECRET = 'a test secret';
export const TODAY = '2026-06-30';

/** A simulator and its receiver, both gone with the test. */
export async function startStack(
  options: Partial<TerraOptions> = {},
  answering?: Answering,
): Promise<{ readonly terra: TerraSimulator; readonly receiver: Receiver }> {
  const receiver = await startReceiver(answering);
  onTestFinished(() => receiver.close());
  const terra = await startTerra({
    seed: 7,
    today: TODAY,
    secret: SECRET,
    webhookUrl: receiver.url,
    retryDelaysMs: [1, 1, 1],
    ...options,
  });
  onTestFinished(() => terra.close());
  return { terra, receiver };
}
