import { describe, expect, it } from 'vitest';
import page from '../../docs/errors.md?raw';
import { ERROR_STATUS } from '../src/errors.ts';

describe('docs/errors.md', () => {
  it('lists every code with its status, and no other', () => {
    // The webhook's own errors follow under a heading of their own.
    const [table = ''] = page.split('\n## ');
    const listed = [...table.matchAll(/^\| `(\w+)` \| (\d{3}) \|/gm)].map(([, code, status]) => [
      code,
      Number(status),
    ]);
    expect(Object.fromEntries(listed)).toEqual(ERROR_STATUS);
    expect(listed).toHaveLength(Object.keys(ERROR_STATUS).length);
  });
});
