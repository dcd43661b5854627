import { renderCode, renderMeasured } from '../terminal/lab-panels.ts';

/** Short forms that nobody writes in small letters. */
const SHORT = new Map(
  'HDL LDL VLDL ALT AST GGT ALP LDH CRP ESR TSH MCV MCH MCHC RDW MPV BUN FSH LH SHBG DHEA IGF IgG IgA IgM T3 T4 B12 HbA1c eGFR ApoB ApoA1 NT proBNP PSA'
    .split(' ')
    .map((short) => [short.toLowerCase(), short] as const),
);

/** `HDL cholesterol` of hdl_cholesterol, `TSH` of tsh, `Vitamin D 25 hydroxy`: what a laboratory's code is called. */
export function testName(code: string): string {
  const words = renderCode(code).split(' ');
  const named = words.map((word) => SHORT.get(word.toLowerCase()) ?? word);
  const name = named
    .join(' ')
    .replace(/\b(vitamin|hepatitis) ([a-z])\b/gi, (_, kind, letter) => `${kind} ${letter.toUpperCase()}`);
  return SHORT.has(words[0]?.toLowerCase() ?? '') ? name : name.slice(0, 1).toUpperCase() + name.slice(1);
}

/** `70 to 99`, `up to 5`, `from 30`; empty where none was printed. */
export function rangeInWords(low: number | null, high: number | null): string {
  if (low === null) return high === null ? '' : `up to ${renderMeasured(high)}`;
  return high === null ? `from ${renderMeasured(low)}` : `${renderMeasured(low)} to ${renderMeasured(high)}`;
}
