import { closeSync, openSync, writeSync } from 'node:fs';
import { EXPORT_BUFFER_CHARS } from '../limits.ts';

/** A file of lines that only its owner reads, written piece by piece. */
export type LineFile = {
  line(text: string): void;
  close(): void;
};

export function openLineFile(path: string): LineFile {
  const file = openSync(path, 'wx', 0o600);
  let held = '';
  const flush = () => {
    const bytes = Buffer.from(held);
    held = '';
    // A disk that is nearly full takes a part of them.
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
  };
  return {
    line(text) {
      held += `${text}\n`;
      if (held.length >= EXPORT_BUFFER_CHARS) flush();
    },
    close() {
      try {
        flush();
      } finally {
        closeSync(file);
      }
    },
  };
}
