import { expect, it } from 'vitest';
import { INVOCATIONS } from '../bench/invocations.ts';
import { FREE_PLAN } from '../bench/prices.ts';
import { costStack } from './support/cost-stack.ts';

/** Queries of one call of each kind, on stores that the calls above it filled: what `npm run bench -- --cost` prints too. */
const QUERIES: Readonly<Record<string, number>> = {
  'webhook: an event': 3,
  'webhook: the same again': 3,
  'webhook: 20 KB': 3,
  'webhook: 1.2 MB, to R2': 2,
  'consumer: one event': 12,
  'consumer: a hundred events, the mix': 24,
  'consumer: a device is connected': 13,
  'consumer: ten requests for history go to Terra': 60,
  'consumer: results of a lab': 19,
  'consumer: ten dead letters': 2,
  'sync: a first page': 12,
  'sync: nothing changed': 12,
  'sync: one day changed': 12,
  '/v1/me': 9,
  '/v1/digest': 9,
  'import of 7 days': 14,
  'upload of a lab report': 16,
  '/admin/stats': 14,
  '/admin/dlq': 1,
  '/admin/silences': 1,
  '/admin/traces': 1,
  '/admin/metrics': 12,
  '/admin/events of a person': 2,
  '/admin/user of a person': 34,
  '/admin/drain': 2,
  'every five minutes: nothing new': 32,
  'every five minutes: twenty events that lost their message': 37,
  'every six hours': 5,
  'nightly: old bodies of forty people move': 374,
  'nightly: nothing is old': 29,
  'a person erases what is theirs': 86,
  'the operator wipes a person': 81,
};

/** What the free plan, with its 50 queries a call, cannot do. */
const TOO_MUCH: readonly string[] = [
  'consumer: ten requests for history go to Terra',
  'nightly: old bodies of forty people move',
  'a person erases what is theirs',
  'the operator wipes a person',
];

it('asks as many queries of D1 as before, in each kind of call', async () => {
  const stack = await costStack();
  const queries: Record<string, number> = {};
  for (const { name, arrange, act } of INVOCATIONS) {
    const arranged = await arrange?.(stack, 0);
    stack.spent();
    await act(stack, 0, arranged);
    queries[name] = stack.spent().statements;
  }
  expect(queries).toEqual(QUERIES);
  const tooMuch = Object.keys(queries).filter((name) => (queries[name] ?? 0) > FREE_PLAN.queries);
  expect(tooMuch).toEqual(TOO_MUCH);
}, 120_000);
