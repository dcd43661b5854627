import { posix } from 'node:path';
import { parseAst } from 'vitest/node';

/** What the rules ask of one file. */
export type Source = {
  readonly imports: readonly Import[];
  /** What it does that only one room may do, or none. */
  readonly writesSql: boolean;
  readonly fetches: boolean;
  /** Clock, chance and bindings that it names. */
  readonly impurities: readonly string[];
};

/** `target` is a path from the repository's root, or the name of a package. */
export type Import = { readonly target: string; readonly isType: boolean };

type Node = { readonly type: string } & Readonly<Record<string, unknown>>;
type Visit = (node: Node, parent: Node | null, place: string) => void;

const IMPORTS = new Set([
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
  'TSImportType',
]);
const BINDINGS = new Set(['Env', 'D1Database', 'R2Bucket', 'KVNamespace', 'Queue', 'RateLimit']);
/** The beginnings by which SQL is known; a sentence for people does not go on like this. */
const SQL =
  /^\s*(select\s[\s\S]*\sfrom\s|select\s+(distinct\s|count\(|\d)|insert\s+(or\s+\w+\s+)?into\s|update\s+\w+\s+set\s|delete\s+from\s|with\s+(recursive\s+)?\w+(\([^)]*\))?\s+as\s|create\s+(temp\s+|unique\s+)?(table|index|view|trigger)\s|(alter|drop)\s+table\s|pragma\s+\w|where\s+[\w.]+\s+(=|<|>|is\s|in\s*\(|not\s|like\s)|returning\s+\w+,|union\s+all\s|on\s+conflict|order\s+by\s)/i;

/** Reads a TypeScript file by its syntax: what stands in comments or inside of a text is no import. */
export function readSource(path: string, text: string): Source {
  const imports: Import[] = [];
  const impurities = new Set<string>();
  let writesSql = false;
  let fetches = false;
  walk(parseAst(text, { lang: path.endsWith('.tsx') ? 'tsx' : 'ts' }, path), (node, parent, place) => {
    const imported = importOf(node, path);
    if (imported !== null) imports.push(imported);
    writesSql ||= isSql(node);
    fetches ||= isFetch(node, parent, place);
    const impurity = impurityOf(node);
    if (impurity !== null) impurities.add(impurity);
  });
  return { imports, writesSql, fetches, impurities: [...impurities] };
}

function walk(root: unknown, visit: Visit, parent: Node | null = null, place = ''): void {
  if (Array.isArray(root)) for (const one of root) walk(one, visit, parent, place);
  if (!isNode(root)) return;
  visit(root, parent, place);
  for (const [key, child] of Object.entries(root)) walk(child, visit, root, key);
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

function importOf(node: Node, path: string): Import | null {
  if (!IMPORTS.has(node.type) || !isNode(node.source)) return null;
  const { value } = node.source;
  // A name that is put together when the program runs cannot be judged; it counts as a file that is not there.
  const name = typeof value === 'string' ? value : './(computed).ts';
  const target = name.startsWith('.') ? posix.join(posix.dirname(path), name) : name;
  const isType = node.type === 'TSImportType' || node.importKind === 'type' || node.exportKind === 'type';
  return { target, isType };
}

/** A text that begins like SQL, or a call that makes a statement. */
function isSql(node: Node): boolean {
  if (node.type === 'Literal') return typeof node.value === 'string' && SQL.test(node.value);
  if (node.type === 'TemplateLiteral') return SQL.test(templateText(node));
  if (node.type !== 'CallExpression' || !isNode(node.callee)) return false;
  return nameOf(node.callee) === 'statement' || nameOf(node.callee.property) === 'prepare';
}

/** A template's text; a name stands where something is put in. */
function templateText(node: Node): string {
  const parts: unknown[] = Array.isArray(node.quasis) ? node.quasis : [];
  return parts
    .map((part) => {
      if (!isNode(part) || typeof part.value !== 'object' || part.value === null) return '';
      return 'raw' in part.value ? String(part.value.raw) : '';
    })
    .join('x');
}

/** The platform's `fetch`, called or handed on; a method or a property of that name is none. */
function isFetch(node: Node, parent: Node | null, place: string): boolean {
  if (node.type === 'MemberExpression')
    return nameOf(node.object) === 'globalThis' && nameOf(node.property) === 'fetch';
  if (nameOf(node) !== 'fetch') return false;
  const isNameOnly = (place === 'property' || place === 'key') && parent?.computed !== true;
  return !isNameOnly && !parent?.type.startsWith('TS');
}

function impurityOf(node: Node): string | null {
  if (node.type === 'TSTypeReference') {
    const name = nameOf(node.typeName);
    return name !== null && BINDINGS.has(name) ? name : null;
  }
  if (node.type === 'NewExpression') {
    const isNow =
      nameOf(node.callee) === 'Date' && Array.isArray(node.arguments) && node.arguments.length === 0;
    return isNow ? 'new Date()' : null;
  }
  if (node.type !== 'MemberExpression') return null;
  const name = `${nameOf(node.object)}.${nameOf(node.property)}`;
  return name === 'Date.now' || name === 'Math.random' || name.startsWith('crypto.') ? name : null;
}

function nameOf(node: unknown): string | null {
  return isNode(node) && node.type === 'Identifier' && typeof node.name === 'string' ? node.name : null;
}
