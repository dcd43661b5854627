import { randomBytes } from 'node:crypto';
import type { Context } from 'hono';

/** What a page may load and whom it may call, beyond its own inline style and script. */
export type PageSources = {
  readonly scripts: readonly string[];
  readonly calls: readonly string[];
  /** Whether it has a form that asks this server. */
  readonly searches?: boolean;
};

/** Gives an answer the policy of a page. Answers its nonce, drawn for this answer, which style and script carry. */
export function setPolicy(c: Context, sources: PageSources): string {
  const nonce = randomBytes(16).toString('base64');
  c.header('Content-Security-Policy', pagePolicy(nonce, sources));
  return nonce;
}

/** A page's Content-Security-Policy: nothing but what carries its nonce, and nobody may frame it. */
function pagePolicy(nonce: string, { scripts, calls, searches = false }: PageSources): string {
  return [
    "default-src 'none'",
    ['script-src', `'nonce-${nonce}'`, ...scripts].join(' '),
    `style-src 'nonce-${nonce}'`,
    ['connect-src', "'self'", ...calls].join(' '),
    // Clerk's script keeps time in a worker made of a blob.
    ...(scripts.length > 0 ? ['worker-src blob:'] : []),
    `form-action ${searches ? "'self'" : "'none'"}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
