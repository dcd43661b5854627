import { describe, expect, it } from 'vitest';
import {
  ADDRESSES_REMEMBERED,
  FORGED_DELIVERIES_MAX,
  FORGED_DELIVERIES_MS,
  SIGNED_ADDRESS_MS,
} from '../limits.ts';
import { SenderAddresses } from './sender-addresses.ts';

const NOW = 1_760_000_000_000;

function withForged(count: number): SenderAddresses {
  const senders = new SenderAddresses();
  for (let i = 0; i < count; i += 1) senders.noteForged('a', NOW);
  return senders;
}

describe('an address', () => {
  it('is suspect from so many forged deliveries on, for a while, and no other is', () => {
    expect(withForged(FORGED_DELIVERIES_MAX - 1).isSuspect('a', NOW)).toBe(false);
    const senders = withForged(FORGED_DELIVERIES_MAX);
    expect(senders.isSuspect('a', NOW)).toBe(true);
    expect(senders.isSuspect('b', NOW)).toBe(false);
    expect(senders.isSuspect('a', NOW + FORGED_DELIVERIES_MS - 1)).toBe(true);
    expect(senders.isSuspect('a', NOW + FORGED_DELIVERIES_MS)).toBe(false);
  });

  it('begins to be counted anew after that while', () => {
    const senders = withForged(FORGED_DELIVERIES_MAX);
    senders.noteForged('a', NOW + FORGED_DELIVERIES_MS);
    expect(senders.isSuspect('a', NOW + FORGED_DELIVERIES_MS)).toBe(false);
  });

  it('is not suspect for a day after it signed one, whatever else comes from there', () => {
    const senders = withForged(FORGED_DELIVERIES_MAX);
    senders.noteSigned('a', NOW);
    const late = NOW + SIGNED_ADDRESS_MS;
    for (let i = 0; i < FORGED_DELIVERIES_MAX; i += 1) senders.noteForged('a', late - 1);
    expect(senders.isSuspect('a', late - 1)).toBe(false);
    expect(senders.isSuspect('a', late)).toBe(true);
  });

  it('that was heard of least recently is forgotten', () => {
    const senders = withForged(FORGED_DELIVERIES_MAX);
    for (let i = 1; i < ADDRESSES_REMEMBERED; i += 1) senders.noteForged(`x${i}`, NOW);
    expect(senders.isSuspect('a', NOW)).toBe(true);
    senders.noteForged('one more', NOW);
    expect(senders.isSuspect('a', NOW)).toBe(false);
  });
});
