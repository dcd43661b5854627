import { asPerson } from './stack.ts';

/** Files of each kind in small: what counts is how they start. */
export const PDF = new Uint8Array(new TextEncoder().encode('%PDF-1.7\nhemoglobin'));
export const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);
export const JPG = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]);

/** A form with one file in the field `file`. */
export function formWith(
  bytes: Uint8Array<ArrayBuffer>,
  name = 'report.pdf',
  type = 'application/pdf',
): FormData {
  const form = new FormData();
  form.set('file', new File([bytes], name, { type }));
  return form;
}

/** A form written by hand, for what a `File` cannot say: no name, no type. `head` is the part's headers. */
export function rawForm(head: string, bytes: Uint8Array): { body: Uint8Array; type: string } {
  const frame = (text: string) => new TextEncoder().encode(text);
  const parts = [frame(`--b\r\n${head}\r\n\r\n`), bytes, frame('\r\n--b--\r\n')];
  return { body: new Uint8Array(Buffer.concat(parts)), type: 'multipart/form-data; boundary=b' };
}

export function uploadForm(user: string, form: FormData, used: Env): Promise<Response> {
  return asPerson(user, '/v1/labs/upload', { method: 'POST', body: form, env: used });
}

export function uploadRaw(user: string, body: BodyInit, type: string, used: Env): Promise<Response> {
  const headers = { 'content-type': type };
  return asPerson(user, '/v1/labs/upload', { method: 'POST', body, headers, env: used });
}
