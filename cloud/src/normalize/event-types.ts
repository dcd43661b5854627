export { HISTORY_RESOURCES } from '../contract/import.ts';

/** A person has signed in to a device. */
export function isAuthEvent(eventType: string): boolean {
  return eventType === 'auth' || eventType === 'auth_success';
}

/** Lab events carry no user: their reference is Terra's upload id. */
const LAB_EVENT_TYPES: ReadonlySet<string> = new Set([
  'lab_report',
  'lab_report.completed',
  'lab_report.failed',
]);

export function isLabEvent(eventType: string): boolean {
  return LAB_EVENT_TYPES.has(eventType);
}
