import { env } from 'cloudflare:test';
import { exportJWK, exportSPKI, generateKeyPair, type JWTHeaderParameters, SignJWT } from 'jose';
import { newUser, request } from './stack.ts';
import { newTerra } from './terra.ts';

/** The app whose tokens the Worker takes in these tests. */
export const PARTY = 'https://app.example';

/** An issuer of session tokens of one test's own: its keys are served on this machine, as Clerk serves its. */
export type Issuer = {
  readonly url: string;
  /** An env that takes its tokens. */
  readonly env: Env;
  /** The public key, as text. */
  readonly publicKey: string;
  /** A good token with these claims instead; `undefined` leaves one out. */
  readonly token: (
    claims?: Record<string, unknown>,
    header?: Partial<JWTHeaderParameters>,
  ) => Promise<string>;
  /** How its keys are answered from now on; without a body, the keys. */
  readonly answers: (status: number, body?: unknown, headers?: Record<string, string>) => Promise<void>;
  /** How often its keys were asked for. */
  readonly asked: () => Promise<number>;
};

const KEYS = '/.well-known/jwks.json';

export async function newIssuer(): Promise<Issuer> {
  const far = newTerra();
  const url = far.env.TERRA_API_URL;
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  const kid = crypto.randomUUID();
  const keys = { keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' }] };
  await far.answers(KEYS, 200, keys);
  return {
    url,
    env: { ...env, CLERK_ISSUER: url, CLERK_AUTHORIZED_PARTIES: `https://other.example, ${PARTY}` },
    publicKey: await exportSPKI(publicKey),
    token: (claims = {}, header = {}) =>
      new SignJWT({ ...clerkClaims(url), ...claims })
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid, ...header })
        .sign(privateKey),
    answers: (status, body = keys, headers = {}) => far.answers(KEYS, status, body, { headers }),
    asked: async () => (await far.calls(KEYS)).length,
  };
}

/** The claims of a session token, version 2. */
export function clerkClaims(issuer: string): Record<string, unknown> {
  const now = Math.floor(Date.now() / 1_000);
  return {
    iss: issuer,
    sub: newUser(),
    azp: PARTY,
    iat: now,
    nbf: now - 10,
    exp: now + 60,
    sid: `sess_${crypto.randomUUID()}`,
    sts: 'active',
    v: 2,
  };
}

/** A request under a token. */
export async function withToken(
  token: string,
  path: string,
  init: RequestInit & { env?: Env } = {},
): Promise<Response> {
  return request(path, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } });
}
