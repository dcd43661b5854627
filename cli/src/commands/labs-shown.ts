import type {
  LabDeleted,
  LabUploadDetails,
  LabUploaded,
  LabUploadShown,
} from '../../../cloud/src/contract/labs.ts';
import { renderCounted } from '../terminal/counts.ts';
import {
  PANEL_NAMES,
  panelOf,
  renderCode,
  renderMeasured,
  renderRange,
  renderUnit,
} from '../terminal/lab-panels.ts';
import type { Lines } from '../terminal/output.ts';
import { shortIds } from '../terminal/short-ids.ts';
import { renderTable } from '../terminal/table.ts';
import type { ShowTime } from '../terminal/times.ts';

export function renderUpload(uploaded: LabUploaded): Lines {
  // The note tells that one is being read.
  const state = uploaded.terra_status === 'submitted' ? '' : ` (${renderState(uploaded.terra_status)})`;
  return [`Uploaded as ${uploaded.upload_id}${state}.`, `${uploaded.note}.`.replace(/\.\.$/, '.')];
}

/** What a state means to a person; the code of one that failed is told in a sentence below. */
function renderState(status: string): string {
  if (status.startsWith('failed:')) return 'failed';
  return STATES[status] ?? status;
}

const STATES: Readonly<Record<string, string>> = {
  pending: 'waiting',
  submitted: 'being read',
  parsed: 'read',
};

export function renderReports(reports: readonly LabUploadShown[], time: ShowTime): Lines {
  if (reports.length === 0) return ['No lab reports yet; `amy labs upload <file>` sends one.'];
  const short = shortIds(reports.map(({ id }) => id));
  const rows = reports.map((report) => [
    short(report.id),
    nameOf(report),
    time(report.uploaded_at),
    renderState(report.terra_status),
  ]);
  const table = renderTable(['report', 'file', 'uploaded', 'state'], rows);
  return [
    ...table,
    ...reports.flatMap((report) => explained(report, `${short(report.id)}: `, short(report.id))),
  ];
}

/** The file's own name; what it is where nobody knows the name any more. */
export function nameOf({ original_name, kind }: Pick<LabUploadShown, 'original_name' | 'kind'>): string {
  return original_name ?? `a ${kind.toUpperCase()}`;
}

export function renderReport(report: LabUploadDetails, time: ShowTime): Lines {
  const facts = [
    `Report    ${report.id}`,
    `File      ${nameOf(report)}`,
    `Uploaded  ${time(report.uploaded_at)}`,
    `State     ${renderState(report.terra_status)}${report.parsed_at === null ? '' : `, ${time(report.parsed_at)}`}`,
    ...explained(report, '', report.id),
  ];
  return [...facts, ...PANEL_NAMES.flatMap((panel) => renderPanel(panel, report.biomarkers))];
}

type Biomarker = LabUploadDetails['biomarkers'][number];

function renderPanel(panel: string, biomarkers: readonly Biomarker[]): Lines {
  const ofPanel = biomarkers.filter(({ code }) => panelOf(code) === panel);
  if (ofPanel.length === 0) return [];
  const rows = ofPanel.map((one) => [
    one.draw_date,
    renderCode(one.code),
    renderValue(one),
    renderUnit(one.unit ?? ''),
    renderRange(one.ref_low, one.ref_high),
    (one.status ?? '').replaceAll('_', ' '),
  ]);
  const head = ['drawn', 'result', 'value', 'unit', 'normal', 'status'];
  return ['', panel, ...renderTable(head, rows, ['left', 'left', 'right'])];
}

/** What was printed, where it is no number: `Negative`. */
function renderValue({ value, value_text, operator }: Biomarker): string {
  return value === null ? (value_text ?? '') : `${operator ?? ''}${renderMeasured(value)}`;
}

export function renderDeletion(id: string, { deleted, kept = 0 }: LabDeleted): Lines {
  const gone = deleted.biomarkers_raw ?? 0;
  const values = gone === 0 ? '' : ` and ${renderCounted(gone, 'value')} read from it`;
  const [stay, them] = kept === 1 ? ['stays', 'it'] : ['stay', 'them'];
  return [
    `Deleted the lab report ${id}${values}.`,
    ...(kept === 0
      ? []
      : [`${renderCounted(kept, 'value')} of it ${stay}: another report gives ${them} too.`]),
    'Run `amy sync` so that the file here has it no more either.',
  ];
}

function explained({ reason, retry_can_help }: LabUploadShown, before: string, id: string): string[] {
  if (reason === null) return [];
  return [`${before}${reason}${retry_can_help ? `; try \`amy labs retry ${id}\`` : ''}.`];
}
