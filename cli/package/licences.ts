import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ROOT } from './bundle.ts';

/** What packages carry inside of their own files without its licence; the texts of those are kept here. */
const CARRIED = new Map([
  ['ajv', 'MIT'],
  ['ajv-formats', 'MIT'],
  ['content-type', 'MIT'],
  ['fast-deep-equal', 'MIT'],
  ['fast-uri', 'BSD-3-Clause'],
  ['json-schema-traverse', 'MIT'],
  ['snappyjs', 'MIT'],
]);
/** Whose work stands in a file of somebody else's package, under a notice of its own, and what it is called. */
const WORKS = new Map([['Zhipeng Jia', 'snappyjs']]);
const CARRIED_TEXTS = join(ROOT, 'cli/package/licences');
const LICENCE_FILE = /^(licen[cs]e|notice|copying|copyright)/i;
const RULE = '-'.repeat(80);

const packageFile = z.object({ name: z.string(), version: z.string(), license: z.string() });

/** What is read of esbuild's account of a bundle. */
type Outputs = Readonly<
  Record<string, { readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }>
>;

/** A package whose code is in the bundle, and every text that goes with a copy of it. */
export type Bundled = { readonly name: string; readonly licence: string; readonly texts: readonly string[] };

/** What the bundle took from others, by name. Throws where something has no licence that could be named. */
export function bundledPackages(outputs: Outputs, root = ROOT): readonly Bundled[] {
  const files = Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  );
  const foreign = files.filter((file) => file.includes('node_modules/'));
  const byFolder = Map.groupBy(foreign, (file) =>
    file.replace(/(.*node_modules\/(?:@[^/]+\/)?[^/]+).*/, '$1'),
  );
  const found: Bundled[] = [];
  const carriedNames = new Set<string>();
  for (const [folder, inside] of byFolder) {
    const own = packageIn(join(root, folder));
    found.push(own);
    for (const name of inside.flatMap((file) => carriedIn(join(root, file), own))) carriedNames.add(name);
  }
  const carried = [...carriedNames].map(carriedPackage);
  const byName = new Map([...found, ...carried].map((one) => [one.name, one]));
  return [...byName.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function packageIn(path: string): Bundled {
  const { name, version, license } = packageFile.parse(
    JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')),
  );
  const texts = readdirSync(path)
    .filter((file) => LICENCE_FILE.test(file))
    .flatMap((file) => textsAt(join(path, file)));
  if (texts.length === 0) throw new Error(`${name} is in the bundle and has no file with its licence`);
  return { name: `${name} ${version}`, licence: license, texts };
}

/** A folder of licences is that of each part of a package. */
function textsAt(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [readFileSync(path, 'utf8')];
  return readdirSync(path).flatMap((file) => textsAt(join(path, file)));
}

/**
 * Bundlers of other people leave a line for each file that they took: `//#region ../node_modules/.pnpm/ajv@8.18.0/...`.
 * What was copied by hand has its notice: `Copyright (c) 2016 Zhipeng Jia`.
 */
function carriedIn(file: string, own: Bundled): readonly string[] {
  const text = readFileSync(file, 'utf8');
  const marks = text.matchAll(/#region \S*node_modules\/\.pnpm\/(@?[^@/]+@[^_/]+)/g);
  const notices = text.matchAll(/Copyright \(c\) [\d-]+,? (.+?)\s*(?:\*\/|$)/gm);
  const holders = [...notices].map(([, holder = '']) => holder);
  const others = holders.filter((holder) => !own.texts.some((licence) => licence.includes(holder)));
  return [...[...marks].map(([, name = '']) => name), ...others.map((holder) => workOf(holder, own))];
}

function workOf(holder: string, { name }: Bundled): string {
  const work = WORKS.get(holder);
  if (work === undefined) throw new Error(`${name} has work of ${holder}, whose licence is not kept here`);
  return work;
}

function carriedPackage(nameAndVersion: string): Bundled {
  const [name = '', version = ''] = nameAndVersion.split(/(?<=.)@/);
  const licence = CARRIED.get(name);
  if (licence === undefined) throw new Error(`${name} is in the bundle and its licence is not kept here`);
  const text = readFileSync(join(CARRIED_TEXTS, `${name}.txt`), 'utf8');
  return { name: `${name} ${version}`.trimEnd(), licence, texts: [text] };
}

/** The file that goes with the program. */
export function renderLicences(packages: readonly Bundled[]): string {
  const list = packages.map(({ name, licence }) => `  ${name}: ${licence}`);
  const head = ['amy contains code of these packages, each under its own licence, which follow below.', ''];
  const whole = packages.map(({ name, texts }) => [RULE, name, RULE, '', ...texts].join('\n').trimEnd());
  return `${[...head, ...list, '', whole.join('\n\n')].join('\n')}\n`;
}
