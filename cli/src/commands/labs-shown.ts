import type {
  LabDeleted,
  LabUploadDetails,
  LabUploaded,
  LabUploadShown,
} from '../../../cloud/src/contract/labs.ts';
import { renderCounted } from '../terminal/counts.ts';
import type { Lines } from '../terminal/output.ts';
import { renderTable } from '../terminal/table.ts';

export function renderUpload(uploaded: LabUploaded): Lines {
  return [`Uploaded as ${uploaded.upload_id} (${uploaded.terra_status}).`, uploaded.note];
}

export function renderReports(reports: readonly LabUploadShown[]): Lines {
  if (reports.length === 0) return ['No lab reports yet; `amy labs upload <file>` sends one.'];
  const rows = reports.map(({ id, uploaded_at, kind, terra_status }) => [
    id,
    uploaded_at,
    kind,
    terra_status,
  ]);
  const table = renderTable(['id', 'uploaded', 'kind', 'state'], rows);
  return [...table, ...reports.flatMap((report) => explained(report, `${report.id}: `))];
}

export function renderReport(report: LabUploadDetails): Lines {
  const facts = [
    `Report    ${report.id} (${report.kind})`,
    `Uploaded  ${report.uploaded_at}`,
    `State     ${report.terra_status}${report.parsed_at === null ? '' : `, read ${report.parsed_at}`}`,
    ...explained(report, ''),
  ];
  if (report.biomarkers.length === 0) return facts;
  const rows = report.biomarkers.map((one) => [
    one.draw_date,
    one.code,
    one.value === null ? (one.value_text ?? '') : `${one.operator ?? ''}${one.value}`,
    one.unit ?? '',
    renderRange(one.ref_low, one.ref_high),
    one.status ?? '',
  ]);
  const head = ['drawn', 'code', 'value', 'unit', 'reference', 'status'];
  return [...facts, ...renderTable(head, rows, ['left', 'left', 'right'])];
}

export function renderDeletion(id: string, { deleted }: LabDeleted): Lines {
  const values = renderCounted(deleted.biomarkers_raw ?? 0, 'value');
  return [
    `Deleted the lab report ${id} and ${values} read from it.`,
    'Run `amy sync` to delete them here too.',
  ];
}

function explained({ id, reason, retry_can_help }: LabUploadShown, before: string): string[] {
  if (reason === null) return [];
  return [`${before}${reason}${retry_can_help ? `; try \`amy labs retry ${id}\`` : ''}.`];
}

function renderRange(low: number | null, high: number | null): string {
  if (low === null) return high === null ? '' : `<= ${high}`;
  return high === null ? `>= ${low}` : `${low} - ${high}`;
}
