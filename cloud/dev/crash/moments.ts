import { randomFrom, seedOf } from '../terra/random.ts';

/** When a stack under load is killed. */
export type Moment = {
  /** As soon as so many of the round's deliveries are acknowledged, */
  readonly acknowledged: number;
  /** and so much later. */
  readonly afterMs: number;
  /** Whether that is while a full batch of the queue is consumed. */
  readonly isConsuming: boolean;
};

/** The consumer starts when a batch is full; within so long it has read, folded and committed it. */
const BATCH_MESSAGES = 100;
const WHILE_CONSUMING_MS = 300;
const WHILE_DELIVERING_MS = 60;

/** The moments of a run: the same seed gives the same. Two of three meet the consumer, the rest the webhook. */
export function killMoments(seed: number, kills: number): readonly Moment[] {
  const random = randomFrom(seedOf(seed, 'kill'));
  return Array.from({ length: kills }, (_, index) => {
    const [share, late] = [random(), random()];
    return index % 3 === 1
      ? {
          isConsuming: false,
          acknowledged: Math.ceil(share * BATCH_MESSAGES),
          afterMs: Math.floor(late * WHILE_DELIVERING_MS),
        }
      : { isConsuming: true, acknowledged: BATCH_MESSAGES, afterMs: Math.floor(late * WHILE_CONSUMING_MS) };
  });
}
