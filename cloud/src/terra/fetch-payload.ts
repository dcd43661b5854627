/** How a URL is asked for. The platform's `fetch`, which a test may replace by one that reaches its own server. */
export type AskUrl = (url: string, init: RequestInit) => Promise<Response>;

/** The platform's own way. */
export const askUrl: AskUrl = (url, init) => fetch(url, init);

export type PayloadAnswer =
  /** The body is still to be read, in what is left of the time. */
  | { readonly state: 'answered'; readonly response: Response }
  /** It wants to send us elsewhere, where nobody allowed us to go. */
  | { readonly state: 'redirected' }
  | { readonly state: 'failed'; readonly reason: string };

/**
 * Asks for what a ping points at. The caller has made sure that the URL is allowed; no redirect is followed,
 * and after `timeoutMs` the answer breaks off, its body included. The URL is a secret: no reason quotes it.
 */
export async function fetchPayload(ask: AskUrl, url: string, timeoutMs: number): Promise<PayloadAnswer> {
  let response: Response;
  try {
    response = await ask(url, { redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
  } catch {
    return { state: 'failed', reason: 'no answer' };
  }
  if (response.status === 200) return { state: 'answered', response };
  await response.body?.cancel();
  return response.status >= 300 && response.status < 400
    ? { state: 'redirected' }
    : { state: 'failed', reason: `status ${response.status}` };
}
