import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { PICTURE_BYTES_MAX, PICTURE_HEIGHT, PICTURE_WIDTH } from './picture.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = join(root, 'docs', 'pictures');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

it('the README shows each picture, says what is on it, and asks for none that is not there', () => {
  const shown = [...readme.matchAll(/<img src="docs\/pictures\/([\w.]+)"[^>]* alt="([^"]{40,})">/g)];
  expect(shown.map(([, file]) => file).toSorted()).toEqual(readdirSync(folder).toSorted());
  expect(shown).toHaveLength(3);
});

it.each(readdirSync(folder))('%s is small, and of the size that all have', (name) => {
  const picture = readFileSync(join(folder, name));
  expect(picture.byteLength).toBeLessThanOrEqual(PICTURE_BYTES_MAX);
  // WebP with its size up front: 24 bits of width less one behind the flags, then as many of height less one.
  expect([picture.toString('latin1', 0, 4), picture.toString('latin1', 8, 16)]).toEqual(['RIFF', 'WEBPVP8X']);
  const size = [picture.readUIntLE(24, 3) + 1, picture.readUIntLE(27, 3) + 1];
  expect(size).toEqual([PICTURE_WIDTH, PICTURE_HEIGHT]);
});
