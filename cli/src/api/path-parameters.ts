import { AmyError } from '../errors.ts';
import { isFields, isText } from '../shape.ts';

/**
 * A `hono/client` whose calls put path parameters into the address as one segment each. By itself it puts
 * them in as they are, so that an id like `../me` typed by a person would name another route.
 * A call throws `invalid_id` for what no segment can carry.
 */
export function withSafeParameters<Node extends object>(node: Node): Node {
  return new Proxy(node, {
    get(target, key) {
      const child: unknown = Reflect.get(target, key);
      return typeof child === 'function' ? withSafeParameters(child) : child;
    },
    apply(target, self, [request, ...more]: unknown[]) {
      if (typeof target !== 'function') throw new TypeError('only a route can be called');
      return Reflect.apply(target, self, [encodeParameters(request), ...more]);
    },
  });
}

function encodeParameters(request: unknown): unknown {
  if (!isFields(request) || !isFields(request.param)) return request;
  const segments = Object.entries(request.param).map(([name, value]) => [
    name,
    isText(value) ? segment(value) : value,
  ]);
  return { ...request, param: Object.fromEntries(segments) };
}

/**
 * A text as one segment of an address. Dots alone mean a folder in every address, escaped or not (WHATWG URL, 4.4).
 * Throws `invalid_id` for them.
 */
export function segment(value: string): string {
  if (/^\.{0,2}$/.test(value)) throw new AmyError('invalid_id', `"${value}" is not an id`);
  return encodeURIComponent(value);
}
