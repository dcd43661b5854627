import { createHmac } from 'node:crypto';

const LIFE_S = 30 * 86_400;

/** An Amy JWT for a person of the local stack. */
export function mintToken(secret: string, person: string, issuedMs = Date.now()): string {
  const now = Math.floor(issuedMs / 1_000);
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { iss: 'amy', aud: 'amy-api', sub: person, iat: now, exp: now + LIFE_S };
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}
