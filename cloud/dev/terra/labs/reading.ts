import type { LabResult, Measured } from './panel.ts';

/** normal, low, high, or null where nothing can be said. */
export function flagOf({ measured, low, high }: LabResult): 'normal' | 'low' | 'high' | null {
  if (measured.kind === 'bounded') return 'normal';
  if (measured.kind !== 'numeric' || (low === null && high === null)) return null;
  if (low !== null && measured.value < low) return 'low';
  return high !== null && measured.value > high ? 'high' : 'normal';
}

/** As the paper says it. */
export function printedValue(measured: Measured): string {
  switch (measured.kind) {
    case 'numeric':
      return String(measured.value);
    case 'bounded':
      return `${measured.operator === 'lt' ? '<' : '>'}${measured.value}`;
    case 'qualitative':
    case 'text':
      return measured.text;
    case 'absent':
      return '';
  }
}
