import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { LabUploadShown } from '../../../cloud/src/contract/labs.ts';
import { type Access, askFile } from '../api/api.ts';
import { AmyError } from '../errors.ts';
import { sha256Of } from './event-line.ts';
import { damaged, readJson, replaceFile } from './folder.ts';

const LIST_FILE = 'labs.json';
const REPORT_FILE = /^([\w-]{1,100})\.(?:pdf|png|jpg)$/;

const keptReport = z.object({
  id: z.string(),
  file: z.string(),
  original_name: z.string().nullable(),
  uploaded_at: z.string(),
  sha256: z.string(),
  bytes: z.number(),
});

type KeptReport = z.infer<typeof keptReport>;

export type LabsToDo = {
  readonly listed: number;
  readonly missing: readonly LabUploadShown[];
  /** Names of files in `labs/` whose report the server has no longer. */
  readonly gone: ReadonlySet<string>;
};

/** Throws `unexpected_answer` where the server gives an id that no file can have. */
export function compareLabs(folder: string, listed: readonly LabUploadShown[]): LabsToDo {
  const names = new Set(listed.map(nameOf));
  const kept = new Map(readKept(folder).map((one) => [one.id, one]));
  const isHere = (report: LabUploadShown) => {
    const known = kept.get(report.id);
    const path = join(folder, 'labs', nameOf(report));
    return known !== undefined && existsSync(path) && isWhole(path, known);
  };
  const here = readdirSync(join(folder, 'labs')).filter((name) => REPORT_FILE.test(name));
  return {
    listed: listed.length,
    missing: listed.filter((one) => !isHere(one)),
    gone: new Set(here.filter((name) => !names.has(name))),
  };
}

/** The sum that each report had when it was fetched, by its file's path below the folder. */
export function keptSums(folder: string): ReadonlyMap<string, string> {
  return new Map(readKept(folder).map(({ file, sha256 }) => [file, sha256]));
}

/** For use once what is missing was fetched, which mends what the server still has. Throws `archive_damaged`. */
export function refuseDamagedLabs(folder: string): void {
  for (const kept of readKept(folder)) {
    const path = join(folder, kept.file);
    if (existsSync(path) && !isWhole(path, kept)) throw damaged(path, `it is not what ${LIST_FILE} says`);
  }
}

function isWhole(path: string, { sha256 }: KeptReport): boolean {
  return sha256Of(readFileSync(path)) === sha256;
}

export type LabsFetched = { readonly fetched: number; readonly unavailable: number };

export async function fetchLabs(
  access: Access,
  folder: string,
  missing: readonly LabUploadShown[],
): Promise<LabsFetched> {
  let unavailable = 0;
  for (const report of missing) {
    const bytes = await fetchFile(access, report);
    if (bytes === null) unavailable += 1;
    else await keepReport(folder, report, bytes);
  }
  return { fetched: missing.length - unavailable, unavailable };
}

async function keepReport(folder: string, report: LabUploadShown, bytes: Uint8Array): Promise<void> {
  const name = nameOf(report);
  const sha256 = sha256Of(bytes);
  // Before the list, which tells only of files that are there.
  await replaceFile(join(folder, 'labs', name), [bytes]);
  const { id, uploaded_at, original_name = null } = report;
  const kept = { id, file: `labs/${name}`, original_name, uploaded_at, sha256, bytes: bytes.byteLength };
  await writeKept(folder, [...readKept(folder).filter((one) => one.id !== id), kept]);
}

/** Null where the server does not keep the file any more. Throws `payload_mismatch`. */
async function fetchFile(access: Access, { id, sha256 }: LabUploadShown): Promise<Uint8Array | null> {
  try {
    const { bytes } = await askFile(access, (api) => api.v1.labs[':id'].file.$get({ param: { id } }));
    if (sha256 == null || sha256Of(bytes) === sha256) return bytes;
  } catch (error) {
    if (error instanceof AmyError && error.status === 404) return null;
    throw error;
  }
  throw new AmyError('payload_mismatch', `the lab report ${id} did not come as the server’s list says`);
}

/** Erases reports here, the files first: a list that still tells of them is mended by the next run. */
export async function eraseLabs(folder: string, gone: ReadonlySet<string>): Promise<void> {
  for (const name of gone) rmSync(join(folder, 'labs', name), { force: true });
  const kept = readKept(folder);
  const left = kept.filter(({ file }) => existsSync(join(folder, file)));
  if (left.length !== kept.length) await writeKept(folder, left);
}

function nameOf({ id, kind }: LabUploadShown): string {
  const name = `${id}.${kind}`;
  if (REPORT_FILE.test(name)) return name;
  throw new AmyError('unexpected_answer', `"${id}" is no id of a lab report`);
}

function readKept(folder: string): readonly KeptReport[] {
  const kept = z.array(keptReport).safeParse(readJson(join(folder, LIST_FILE)));
  return kept.success ? kept.data : [];
}

function writeKept(folder: string, kept: readonly KeptReport[]): Promise<void> {
  const sorted = kept.toSorted((a, b) => (a.uploaded_at < b.uploaded_at ? -1 : 1));
  return replaceFile(join(folder, LIST_FILE), [Buffer.from(`${JSON.stringify(sorted, null, 2)}\n`)]);
}
