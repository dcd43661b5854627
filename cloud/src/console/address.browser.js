// @ts-check

/**
 * Where in the console somebody is: `#/event/12`, `#/search?state=parked`. What stands behind the `#` is sent to no
 * server.
 * @typedef {{ readonly view: string, readonly id: string, readonly query: URLSearchParams }} Address
 */

/** @param {string} hash @returns {Address} */
export function readAddress(hash) {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [view = '', id = ''] = path.split('/', 2);
  return { view: view === '' ? 'health' : view, id: decoded(id), query: new URLSearchParams(query) };
}

/** @param {string} view @param {string | number} [id] @param {Record<string, string>} [query] */
export function addressOf(view, id = '', query = {}) {
  const said = Object.entries(query).filter(([, value]) => value !== '');
  const search = new URLSearchParams(Object.fromEntries(said)).toString();
  const path = id === '' ? view : `${view}/${encodeURIComponent(id)}`;
  return search === '' ? `#/${path}` : `#/${path}?${search}`;
}

/** Goes to an address; where one is already, it is asked for anew. @param {string} address */
export function moveTo(address) {
  if (new URL(address, location.href).hash === location.hash) window.dispatchEvent(new Event('hashchange'));
  else location.hash = address;
}

/** An address that somebody mistyped is an id that nobody has. @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
