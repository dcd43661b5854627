import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';

type Schema = { readonly [keyword: string]: unknown };

/** A schema, the file it stands in, and the references that led to it. */
type Place = { readonly schema: unknown; readonly file: string; readonly via: readonly string[] };

/** Schemas that say together what one value may be. */
const COMBINED = ['anyOf', 'oneOf', 'allOf'] as const;

/**
 * Every leaf that a JSON schema allows, as a dotted path, sorted: `[]` stands for the entries of an array, `*` for the
 * keys of a map. `$ref` is followed to other files of the folder and inside of them; a schema that leads back to
 * itself is a leaf.
 */
export async function schemaPaths(folder: string, file: string): Promise<readonly string[]> {
  const files = new Map<string, unknown>();
  const paths = new Set<string>();

  async function read(name: string): Promise<unknown> {
    if (!files.has(name)) files.set(name, parse(await readFile(join(folder, name), 'utf8')));
    return files.get(name);
  }

  async function follow({ file: from, via }: Place, reference: string, path: string): Promise<void> {
    const [name = '', pointer = ''] = reference.split('#');
    const target = { file: name === '' ? from : name, pointer };
    const seen = `${target.file}#${pointer}`;
    if (via.includes(seen)) paths.add(path);
    else {
      const schema = atPointer(await read(target.file), pointer);
      await walk({ schema, file: target.file, via: [...via, seen] }, path);
    }
  }

  async function walk(place: Place, path: string): Promise<void> {
    const { schema } = place;
    if (!isSchema(schema)) return;
    if (typeof schema.$ref === 'string') return follow(place, schema.$ref, path);
    const parts = COMBINED.flatMap((keyword) => listOf(schema[keyword]));
    const properties = Object.entries(isSchema(schema.properties) ? schema.properties : {});
    const ofMap = [schema.unevaluatedProperties, schema.additionalProperties].filter(isSchema);
    for (const part of parts) await walk({ ...place, schema: part }, path);
    for (const [key, property] of properties) {
      await walk({ ...place, schema: property }, path === '' ? key : `${path}.${key}`);
    }
    for (const value of ofMap) await walk({ ...place, schema: value }, `${path}.*`);
    if (schema.type === 'array') await walk({ ...place, schema: schema.items ?? {} }, `${path}[]`);
    else if (parts.length + properties.length + ofMap.length === 0 && schema.type !== 'null') paths.add(path);
  }

  await walk({ schema: await read(file), file, via: [] }, '');
  return [...paths].toSorted();
}

function atPointer(document: unknown, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((found, key) => (isSchema(found) ? found[key] : undefined), document);
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
