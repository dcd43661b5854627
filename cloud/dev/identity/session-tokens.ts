import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, type JSONWebKeySet, SignJWT } from 'jose';
import type { Person } from './person.ts';

/** Signs session tokens such as Clerk's, with a key of this process's own. */
export type SessionTokens = {
  readonly keys: JSONWebKeySet;
  /** `party` is the origin of the page that asks: `azp`. */
  sign(person: Person, session: string, party: string): Promise<string>;
};

export type TokenSettings = {
  readonly issuer: string;
  readonly lifeSeconds: number;
  readonly clock: () => number;
};

/** Clerk lets a token be valid a little before it was issued, for clocks that are late. */
const EARLY_S = 10;

export async function makeSessionTokens({
  issuer,
  lifeSeconds,
  clock,
}: TokenSettings): Promise<SessionTokens> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const kid = `ins_${randomUUID()}`;
  return {
    keys: { keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' }] },
    sign(person, session, party) {
      const issuedAt = Math.floor(clock() / 1_000);
      return new SignJWT({
        azp: party,
        sid: session,
        sts: 'active',
        fva: [0, -1],
        v: 2,
        ...(person.email === null ? {} : { email: person.email }),
      })
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid, cat: 'local' })
        .setIssuer(issuer)
        .setSubject(person.userId)
        .setJti(randomUUID())
        .setIssuedAt(issuedAt)
        .setNotBefore(issuedAt - EARLY_S)
        .setExpirationTime(issuedAt + lifeSeconds)
        .sign(privateKey);
    },
  };
}
