import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Zip, ZipDeflate } from 'fflate';
import { ZIP_PIECE_BYTES } from '../limits.ts';
import { letInterrupt } from '../under-way.ts';

/**
 * Packs files of a folder into a new file that only its owner reads, in this order and piece by piece. The same files of the
 * same day make the same bytes: each is dated noon of that day, which every clock has.
 */
export async function writeZip(
  path: string,
  folder: string,
  names: readonly string[],
  day: string,
): Promise<void> {
  const file = openSync(path, 'wx', 0o600);
  try {
    const zip = new Zip((error, bytes) => {
      if (error) throw error;
      writeWhole(file, bytes);
    });
    // A zip has no time zone: its reader shows the hour that stands there.
    const mtime = new Date(`${day}T12:00:00`);
    for (const name of names) {
      const part = Object.assign(new ZipDeflate(name, { level: 6 }), { mtime });
      zip.add(part);
      await pushFile(part, join(folder, name));
    }
    zip.end();
  } finally {
    closeSync(file);
  }
}

async function pushFile(part: ZipDeflate, path: string): Promise<void> {
  const file = openSync(path, 'r');
  try {
    for (;;) {
      const piece = Buffer.alloc(ZIP_PIECE_BYTES);
      const length = readSync(file, piece);
      part.push(piece.subarray(0, length), length === 0);
      if (length === 0) return;
      await letInterrupt();
    }
  } finally {
    closeSync(file);
  }
}

/** A disk that is nearly full takes a part of them. */
function writeWhole(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}
