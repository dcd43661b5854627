import type { UnixMs } from '../clock.ts';
import {
  ADDRESSES_REMEMBERED,
  FORGED_DELIVERIES_MAX,
  FORGED_DELIVERIES_MS,
  SIGNED_ADDRESS_MS,
} from '../limits.ts';

type Sender = { readonly signedMs: UnixMs | null; readonly forged: number; readonly forgedSinceMs: UnixMs };

/**
 * What an isolate remembers of the addresses that deliver: how many of their signatures did not match lately, and
 * whether one did. It stops a flood from one place and is no meter: each isolate has its own, and forgets the
 * address it heard of least recently.
 */
export class SenderAddresses {
  readonly #senders = new Map<string, Sender>();

  /** Whether what comes from there is to be proved before anything of it is kept. A signed delivery vouches. */
  isSuspect(address: string, nowMs: UnixMs): boolean {
    const sender = this.#senders.get(address);
    if (sender === undefined) return false;
    if (sender.signedMs !== null && nowMs - sender.signedMs < SIGNED_ADDRESS_MS) return false;
    return sender.forged >= FORGED_DELIVERIES_MAX && nowMs - sender.forgedSinceMs < FORGED_DELIVERIES_MS;
  }

  noteForged(address: string, nowMs: UnixMs): void {
    const sender = this.#senders.get(address);
    const isRecent = sender !== undefined && nowMs - sender.forgedSinceMs < FORGED_DELIVERIES_MS;
    this.#remember(address, {
      signedMs: sender?.signedMs ?? null,
      forged: isRecent ? sender.forged + 1 : 1,
      forgedSinceMs: isRecent ? sender.forgedSinceMs : nowMs,
    });
  }

  noteSigned(address: string, nowMs: UnixMs): void {
    this.#remember(address, { signedMs: nowMs, forged: 0, forgedSinceMs: nowMs });
  }

  #remember(address: string, sender: Sender): void {
    this.#senders.delete(address);
    this.#senders.set(address, sender);
    const [oldest] = this.#senders.keys();
    if (this.#senders.size > ADDRESSES_REMEMBERED && oldest !== undefined) this.#senders.delete(oldest);
  }
}
