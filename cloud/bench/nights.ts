import { eventBody, KINDS, type Kind, SHARES, terraUser } from './bodies.ts';
import type { CountedStack } from './counted-stack.ts';
import { EVERY_FIVE_MINUTES, NIGHTLY } from './invocations.ts';
import { NOTHING, type Spent, sum, times } from './spent.ts';
import { jsonBytes, take } from './stack.ts';

/** What the crons do for one more person and day, beyond what they do anyway. */
export type Nights = {
  /** An event is learned from, once. */
  readonly learned: Spent;
  /** An event's body moves to R2, with the others of its person and day. */
  readonly moved: Spent;
};

const PEOPLE = 10;
const ROUND = 440;

/** Ten people's day, looked at by the crons as if it had been long ago. */
export async function costOfNights(stack: CountedStack, eventsADay: number): Promise<Nights> {
  const people = Array.from({ length: PEOPLE }, (_, n) => n);
  await take(
    stack,
    people.map((n) => jsonBytes({ type: 'auth', user: terraUser(n), version: 'nights' })),
  );
  // A connection's event comes once, not every day, and its body gets an object of its own.
  await settle(stack);
  const kinds = kindsOfADay(eventsADay);
  for (const n of people)
    await take(
      stack,
      kinds.map((kind, at) => eventBody(kind, ROUND + at, n, 1, true)),
    );
  await stack.age(8);
  const share = (all: Spent) => times(all, 1 / (PEOPLE * kinds.length));
  return {
    learned: share(await beyondIdle(stack, EVERY_FIVE_MINUTES)),
    moved: share(await beyondIdle(stack, NIGHTLY)),
  };
}

/** A person's events of a day, in the shares of the mix. */
function kindsOfADay(eventsADay: number): readonly Kind[] {
  const hundred = KINDS.flatMap((kind) => Array.from({ length: SHARES[kind] }, () => kind));
  const middles = Array.from({ length: eventsADay }, (_, n) => Math.floor(((n + 0.5) * 100) / eventsADay));
  return middles.flatMap((at) => hundred[at] ?? []);
}

/** What a cron, and the ticks in which its work goes on, spend more than the same with nothing to do. */
async function beyondIdle(stack: CountedStack, cron: string): Promise<Spent> {
  const busy = await untilQuiet(stack, cron);
  const idle = await untilQuiet(stack, cron);
  return atLeastNothing(sum(busy, times(idle, -1)));
}

async function untilQuiet(stack: CountedStack, cron: string): Promise<Spent> {
  await stack.spent();
  await stack.tick(cron);
  await quiet(stack);
  return stack.spent();
}

/** Consumes what others left behind and moves it away, so that the crons have nothing but what is counted. */
async function settle(stack: CountedStack): Promise<void> {
  await stack.age(1);
  await stack.sent();
  for (let n = 0; n < PEOPLE; n += 1) {
    await stack.tick(EVERY_FIVE_MINUTES);
    const messages = await stack.sent();
    if (messages.length === 0) break;
    for (const message of messages) await stack.consume([message]);
  }
  await stack.age(8);
  await stack.tick(NIGHTLY);
  await quiet(stack);
}

/** Until a tick has nothing left of what was put before it. */
async function quiet(stack: CountedStack): Promise<void> {
  for (let n = 0; n < PEOPLE; n += 1) await stack.tick(EVERY_FIVE_MINUTES);
}

/** A quiet tick may read a row more than a busy one. */
function atLeastNothing(spent: Spent): Spent {
  const positive = Object.entries(spent).map(([name, count]) => [name, Math.max(0, count)]);
  return { ...NOTHING, ...Object.fromEntries(positive) };
}
