// @ts-check

/** The key lies in this tab's own storage: another tab does not see it, and it goes with the tab. */
const STORED_KEY = 'amy-admin-key';

/** An answer that is no success, in the server's own words. */
export class Refused extends Error {
  /** @param {number} status @param {string} message */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** @returns {string | null} */
export function storedKey() {
  return sessionStorage.getItem(STORED_KEY);
}

/** @param {string} key */
export function keepKey(key) {
  sessionStorage.setItem(STORED_KEY, key);
}

export function forgetKey() {
  sessionStorage.removeItem(STORED_KEY);
}

/**
 * Asks under the key; with something to send it is a POST. Throws `Refused` for any answer but success.
 * @param {string} path
 * @param {object} [sent]
 * @returns {Promise<any>} what was answered
 */
export async function ask(path, sent) {
  const response = await askFor(
    path,
    sent === undefined ? {} : { method: 'POST', body: JSON.stringify(sent) },
  );
  return response.json();
}

/** The bytes of a body. @param {string} path */
export async function askBytes(path) {
  return (await askFor(path, {})).blob();
}

/** @param {string} path @param {RequestInit} init */
async function askFor(path, init) {
  const headers = new Headers({ 'x-admin-key': storedKey() ?? '' });
  if (init.body !== undefined) headers.set('content-type', 'application/json');
  const response = await fetch(path, {
    ...init,
    headers,
    cache: 'no-store',
    credentials: 'omit',
    redirect: 'error',
  });
  if (response.ok) return response;
  const body = await response.json().catch(() => null);
  const { message, request_id } = body?.error ?? {};
  const said = typeof message === 'string' ? message : `the server answered ${response.status}`;
  throw new Refused(response.status, request_id === undefined ? said : `${said} (request ${request_id})`);
}

/** An id as a part of a path. @param {string | number} id */
export function inPath(id) {
  return encodeURIComponent(id);
}
