import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('../bench/main.ts', import.meta.url));

it('measures nothing and leaves the earlier figures where no scene has the name', () => {
  const folder = mkdtempSync(join(tmpdir(), 'amy-bench-test-'));
  try {
    const out = join(folder, 'bench.json');
    writeFileSync(out, 'earlier figures');
    const args = [MAIN, '--short', '--only', 'webhok', '--out', out];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(stderr).toMatch(/^No scene has "webhok" in its name\. There are:\n {2}webhook 2 KB, 16 clients\n/);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(readFileSync(out, 'utf8')).toBe('earlier figures');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
