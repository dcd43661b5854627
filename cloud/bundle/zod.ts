/**
 * What `zod` is in the bundle of the Worker (wrangler.toml, `alias`). A package extends the whole of `z`, so that a
 * bundler leaves nothing of it out: the messages in languages that nobody asks for would be a fifth of the Worker.
 */
import * as z from './zod-parts.ts';

export * from './zod-parts.ts';
export { z };
