import { valueColumns } from '../contract/tables.ts';
import type { Columns } from '../normalize/types.ts';
import { CANONICAL_UNITS } from '../normalize/units.ts';
import { type Slice, winningColumns } from './cells.ts';
import { LEGACY_ORDER } from './order.ts';

/** One row of `biomarkers_raw`: the revisions of one code at one draw date. */
export type BiomarkerRow = readonly Slice[];

const COLUMNS = valueColumns('biomarkers_raw').filter((column) => column !== 'canonical');

/** The visible columns of `code`, null where no row should stand. `canonical` is told by code and unit. */
export function shownBiomarker(code: string, row: BiomarkerRow): Columns | null {
  if (row.length === 0) return null;
  const won = winningColumns(row);
  const shown = Object.fromEntries(COLUMNS.map((column) => [column, won[column] ?? null]));
  return { ...shown, canonical: canonicalFlag(code, shown.unit ?? null) };
}

/** The `cells` column. `raw` stands in the row's own column; `null` marks the revision it belongs to. */
export function encodeBiomarkerRow(row: BiomarkerRow): string {
  return JSON.stringify(
    row.map(([order, columns]) => [order, 'raw' in columns ? { ...columns, raw: null } : columns]),
  );
}

/** Reads a stored row back; a row from before cells counts as lowest order. */
export function decodeBiomarkerRow(cells: string | null, columns: Columns): BiomarkerRow {
  if (cells === null) return [[LEGACY_ORDER, columns]];
  const slices = JSON.parse(cells) as Slice[];
  return slices.map(([order, won]) => [order, won.raw === null ? { ...won, raw: columns.raw ?? null } : won]);
}

/** 1: the canonical unit of a code of the wide view; 0: another unit; null: not a code of the wide view. */
function canonicalFlag(code: string, unit: unknown): number | null {
  const canonical = CANONICAL_UNITS[code];
  if (canonical === undefined) return null;
  return unit === canonical ? 1 : 0;
}
