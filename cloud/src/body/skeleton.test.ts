import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PROPERTY } from '../../test/support/properties.ts';
import { IS_PROOF, volume } from '../../test/support/volume.ts';
import { JSON_NESTING_MAX } from '../limits.ts';
import { writeOut, writeOutSkeleton, writtenDocument } from './json-document.fixture.ts';
import { type Skeleton, SkeletonMaker } from './skeleton.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** A sample of what `npm run prove -- --of documents` tries. */
const { runs, seed } = volume({ runs: 1_000, seed: 20_260_301 });
const bound = IS_PROOF ? {} : PROPERTY;
const MANY = { ...bound, numRuns: runs, seed };
/** Short ones: a document of a few tokens is quickly tried. */
const MORE = { ...bound, numRuns: runs * 4, seed };
/** However many documents are tried. */
const TIMEOUT_MS = 60_000 + runs * 50;
const BYTES_MAX = 1_000_000;

/** The skeleton of a document fed in chunks of these sizes, in turn. */
function skeletonOf(document: Uint8Array, sizes: readonly number[] = [], bytesMax = BYTES_MAX): Skeleton {
  const maker = new SkeletonMaker(bytesMax);
  let start = 0;
  for (let turn = 0; start < document.byteLength; turn += 1) {
    const size = sizes.length === 0 ? document.byteLength : (sizes[turn % sizes.length] ?? 1);
    maker.write(document.subarray(start, start + size));
    start += size;
  }
  return maker.finish();
}

function skeletonText(document: string, bytesMax = BYTES_MAX): string {
  const skeleton = skeletonOf(bytesOf(document), [], bytesMax);
  return skeleton.state === 'json' ? textOf(skeleton.bytes) : skeleton.state;
}

function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(textOf(bytes));
    return true;
  } catch {
    return false;
  }
}

const blank = fc.constantFrom('', ' ', '\n\t', '\r\n  ');
const chunkSizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });

describe(`the skeleton of any document, seed ${seed}`, { timeout: TIMEOUT_MS }, () => {
  it('is the document byte for byte, but for its sample arrays and the marks, however it is cut', () => {
    fc.assert(
      fc.property(writtenDocument, blank, chunkSizes, (document, space, sizes) => {
        const text = writeOut(document, space);
        const expected = writeOutSkeleton(document, space);
        for (const cut of [[], [1], sizes]) {
          const skeleton = skeletonOf(bytesOf(text), cut);
          expect(skeleton.state === 'json' ? textOf(skeleton.bytes) : skeleton.state).toBe(expected);
        }
        JSON.parse(text);
        JSON.parse(expected);
      }),
      MANY,
    );
  });

  it('is refused when JSON.parse refuses the document, and only then: damaged ones', () => {
    const damage = fc.array(
      fc.record({
        at: fc.nat(),
        removed: fc.integer({ min: 0, max: 2 }),
        put: fc.oneof(
          fc.constantFrom('"', '\\', ',', ':', '[', ']', '{', '}', '0', '1', '-', '.', 'e', '+', 'u', 'null'),
          fc.constantFrom('', ' ', '\n', '\u0000', '\u0001', '\ufeff', '\u00a0', 'é', '\u2028', 't', 'f'),
        ),
      }),
      { minLength: 1, maxLength: 2 },
    );
    let refused = 0;
    let accepted = 0;
    fc.assert(
      fc.property(writtenDocument, blank, damage, chunkSizes, (document, space, damages, sizes) => {
        let text = writeOut(document, space);
        for (const { at, removed, put } of damages) {
          const place = at % (text.length + 1);
          text = text.slice(0, place) + put + text.slice(place + removed);
        }
        const bytes = bytesOf(text);
        const skeleton = skeletonOf(bytes, sizes);
        expect([text, skeleton.state]).toEqual([text, isJson(bytes) ? 'json' : 'invalid']);
        if (skeleton.state === 'json') {
          JSON.parse(textOf(skeleton.bytes));
          accepted += 1;
        } else refused += 1;
      }),
      MANY,
    );
    expect(Math.min(refused, accepted)).toBeGreaterThan(runs / 20);
  });

  it('is refused when the document is cut off, wherever', () => {
    fc.assert(
      fc.property(writtenDocument, blank, fc.nat(), (document, space, at) => {
        const bytes = bytesOf(writeOut(document, space));
        const part = bytes.subarray(0, at % bytes.byteLength);
        expect(skeletonOf(part).state).toBe(isJson(part) ? 'json' : 'invalid');
      }),
      MANY,
    );
  });

  it('agrees with JSON.parse on any bytes', () => {
    const token = fc.constantFrom(
      ...'{}[]:,"\\-+.eE0189tfnaulrs \n'.split(''),
      'true',
      'null',
      '"a"',
      '\\u00e9',
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 8 }), (tokens) => {
        const bytes = bytesOf(tokens.join(''));
        expect([tokens.join(''), skeletonOf(bytes, [1]).state]).toEqual([
          tokens.join(''),
          isJson(bytes) ? 'json' : 'invalid',
        ]);
      }),
      MORE,
    );
  });
});

describe('a skeleton', () => {
  it('drops sample arrays at any depth and marks the items that lost any', () => {
    expect(
      skeletonText(
        '{"type":"x","data":[{"a":{"hr_samples":[{"bpm":[1]}]}},{"laps":[1],"hr_samples":[ ]},{"samples":7}]}',
      ),
    ).toBe(
      '{"type":"x","data":[{"a":{"hr_samples":[]},"_samples_omitted":true},{"laps":[1],"hr_samples":[]},{"samples":7}]}',
    );
  });

  it('knows a key however it is spelled', () => {
    expect(skeletonText('{"d\\u0061ta":[{"hr\\u005Fsamples":[1]}]}')).toBe(
      '{"d\\u0061ta":[{"hr\\u005Fsamples":[],"_samples_omitted":true}]}',
    );
  });

  it('checks the inside of what it drops', () => {
    for (const inside of ['1 2', '{"a" 1}', '1,', '{]', '"\n"', '[[', '01']) {
      expect([inside, skeletonText(`{"hr_samples":[${inside}]}`)]).toEqual([inside, 'invalid']);
    }
  });

  it('is refused where brackets do not match, inside what is dropped and outside', () => {
    for (const text of [
      '{"a":1]',
      '[1}',
      '[{"a":1]}',
      '{"samples":[{"a":1]}',
      '{"samples":[1}}',
      '1]',
      '1}',
    ]) {
      expect([text, skeletonText(text)]).toEqual([text, 'invalid']);
    }
  });

  it('takes one BOM, at the beginning, and no second', () => {
    expect(skeletonText('\ufeff{"a":1}')).toBe('{"a":1}');
    expect(skeletonText('\ufeff\ufeff{"a":1}')).toBe('invalid');
    expect(skeletonText(' \ufeff{"a":1}')).toBe('invalid');
  });

  it('keeps bytes that are not valid UTF-8 inside a text, and refuses them elsewhere', () => {
    const inText = new Uint8Array([0x22, 0xff, 0xc3, 0x22]);
    const skeleton = skeletonOf(inText);
    expect(skeleton.state === 'json' && skeleton.bytes).toEqual(inText);
    expect(skeletonOf(new Uint8Array([0x31, 0xff])).state).toBe('invalid');
  });

  it('keeps little of many samples', () => {
    const samples = Array.from({ length: 100_000 }, (_, bpm) => ({ timestamp: '2026-03-01T00:00:00Z', bpm }));
    const text = JSON.stringify({ data: [{ heart: { hr_samples: samples }, name: 'run' }] });
    expect(skeletonText(text, 100)).toBe(
      '{"data":[{"heart":{"hr_samples":[]},"name":"run","_samples_omitted":true}]}',
    );
  });

  it('follows the deepest nesting it promises, and refuses one level more', () => {
    const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
    expect(skeletonText(nested(JSON_NESTING_MAX))).toBe(nested(JSON_NESTING_MAX));
    expect(skeletonText(nested(JSON_NESTING_MAX + 1))).toBe('invalid');
    const leftOut = (levels: number) => `{"hr_samples":${nested(levels - 1)}}`;
    expect(skeletonText(leftOut(JSON_NESTING_MAX))).toBe('{"hr_samples":[]}');
    expect(skeletonText(leftOut(JSON_NESTING_MAX + 1))).toBe('invalid');
  });
});

describe('more than may be kept', () => {
  const laps = JSON.stringify(Array.from({ length: 50 }, (_, lap) => ({ lap })));
  const text = `{"type":"activity","data":[{"laps":${laps}}],"user":{"user_id":"u"}}`;

  it('empties the array of the root that holds it, and says so, wherever the chunks are cut', () => {
    for (let size = 1; size <= text.length; size += 7) {
      const skeleton = skeletonOf(bytesOf(text), [size], 200);
      expect(skeleton).toMatchObject({ state: 'json', isCut: true });
      expect(skeleton.state === 'json' && textOf(skeleton.bytes)).toBe(
        '{"type":"activity","data":[],"user":{"user_id":"u"}}',
      );
    }
  });

  it('still checks the rest', () => {
    expect(skeletonText(text.slice(0, -1), 200)).toBe('invalid');
    expect(skeletonText(text.replace('{"lap":49}', '{"lap" 49}'), 200)).toBe('invalid');
  });

  it('is too large where no array of the root holds it', () => {
    const endless = `{"note":"${'x'.repeat(300)}","data":[${'1,'.repeat(50)}1]}`;
    for (let size = 1; size <= endless.length; size += 7) {
      expect(skeletonOf(bytesOf(endless), [size], 200).state).toBe('too_large');
    }
    expect(skeletonText(`[${'1,'.repeat(200)}1]`, 200)).toBe('too_large');
  });

  it('is exactly more than the limit', () => {
    const whole = { state: 'json', isCut: false };
    expect(skeletonOf(bytesOf(text), [], text.length)).toMatchObject(whole);
    expect(skeletonOf(bytesOf(text), [], text.length - 1)).not.toMatchObject(whole);
  });
});
