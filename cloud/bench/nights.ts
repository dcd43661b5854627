import { eventBody, KINDS, type Kind, SHARES, terraUser } from './bodies.ts';
import type { CountedStack } from './counted-stack.ts';
import { EVERY_FIVE_MINUTES, NIGHTLY, take } from './invocations.ts';
import { NOTHING, type Spent, sum, times } from './spent.ts';

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
  await settle(stack);
  const people = Array.from({ length: PEOPLE }, (_, n) => n);
  const encode = (body: unknown) => new TextEncoder().encode(JSON.stringify(body));
  await take(
    stack,
    people.map((n) => encode({ type: 'auth', user: terraUser(n), version: 'nights' })),
  );
  const kinds = kindsOfADay(eventsADay);
  for (const n of people)
    await take(
      stack,
      kinds.map((kind, at) => eventBody(kind, ROUND + at, n, 1, true)),
    );
  const events = PEOPLE * kinds.length;
  await stack.age(8);
  const learning = await ticked(stack, EVERY_FIVE_MINUTES);
  await quiet(stack);
  const idle = await ticked(stack, EVERY_FIVE_MINUTES);
  const moving = await ticked(stack, NIGHTLY);
  await quiet(stack);
  const still = await ticked(stack, NIGHTLY);
  const share = (more: Spent, without: Spent) =>
    atLeastNothing(times(sum(more, times(without, -1)), 1 / events));
  return { learned: share(learning, idle), moved: share(moving, still) };
}

/** A person's events of a day, in the shares of the mix. */
function kindsOfADay(eventsADay: number): readonly Kind[] {
  return KINDS.flatMap((kind) =>
    Array.from({ length: Math.round((SHARES[kind] * eventsADay) / 100) }, () => kind),
  );
}

async function ticked(stack: CountedStack, cron: string): Promise<Spent> {
  await stack.spent();
  await stack.tick(cron);
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
