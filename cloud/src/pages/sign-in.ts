import { ApiError } from '../errors.ts';
import { clerkSettings, isLoopback } from '../sign-in/clerk-settings.ts';

/** How a page lets a person sign in. It is told by configuration alone. */
export type SignIn =
  | { readonly kind: 'clerk'; readonly publishableKey: string; readonly origin: string }
  /** The issuer of the local stack: only ever http on this machine. */
  | { readonly kind: 'local'; readonly origin: string }
  | { readonly kind: 'none' };

/** Throws `misconfigured` for a publishable key that is none. */
export function signInOf(env: Env): SignIn {
  const clerk = clerkSettings(env);
  if (clerk === null) return { kind: 'none' };
  const issuer = new URL(clerk.issuer);
  if (isLoopback(issuer)) return { kind: 'local', origin: issuer.origin };
  const publishableKey = (env.CLERK_PUBLISHABLE_KEY ?? '').trim();
  if (publishableKey === '') return { kind: 'none' };
  return { kind: 'clerk', publishableKey, origin: frontendOrigin(publishableKey) };
}

const PUBLISHABLE_KEY = /^pk_(?:test|live)_([A-Za-z0-9+/=_-]+)$/;
const HOST_AND_END = /^([a-z0-9-]+(?:\.[a-z0-9-]+)+)\$$/;

/** Clerk's host stands in the key: `pk_live_` and the base64 of `clerk.example.com$`. */
function frontendOrigin(publishableKey: string): string {
  const encoded = PUBLISHABLE_KEY.exec(publishableKey)?.[1] ?? '';
  const host = HOST_AND_END.exec(Buffer.from(encoded, 'base64').toString())?.[1];
  if (host !== undefined) return `https://${host}`;
  throw new ApiError('misconfigured', 'the variable CLERK_PUBLISHABLE_KEY is not a publishable key');
}
