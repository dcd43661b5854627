import { expect, it } from 'vitest';
import { remembered, sha256Hex } from '../digest.ts';
import { idHash } from './id-hash.ts';

it('the hash of an id is that of its text, the first time and again', () => {
  for (const id of ['user_ana', 'user_ben', 'user_ana', '']) expect(idHash(id)).toBe(sha256Hex(id));
});

it('remembers so many texts and no more', () => {
  const asked: string[] = [];
  const shout = remembered((text) => {
    asked.push(text);
    return text.toUpperCase();
  }, 2);
  const answers = ['a', 'b', 'a', 'b', 'c', 'a', 'c'].map(shout);
  expect(answers).toEqual(['A', 'B', 'A', 'B', 'C', 'A', 'C']);
  expect(asked).toEqual(['a', 'b', 'c', 'a']);
});
