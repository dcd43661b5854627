/** What explains the folder to who finds it in ten years. */
export const README = `This folder is an archive of one person's health data, made by \`amy archive\`.
It holds everything that the devices' makers sent about that person, byte for
byte as it came, and the lab reports that were uploaded. Nothing but common
tools is needed to read it: gzip, a reader of JSON, sha256sum.

events/2026-03.ndjson.gz
  What was received in March 2026 (UTC). Unpacked (gzip -dc) it is text: one
  JSON document a line, one line an event.
    id           the event's number on the server
    type         what it is about: daily, sleep, activity, body, ...
    provider     who sent it: oura, garmin, ...
    received_at  when, in UTC
    ordered_at   which of two about the same day is the later one: when it was
                 sent, where that is known, else when it was received
    sha256       of the body's bytes, in hex
    bytes        how many bytes the body has
    encoding     "utf-8": \`body\` is the body as text; its UTF-8 bytes are the
                 body's. "base64": the body is no UTF-8 text, and \`body\` is
                 its bytes as base64
    body         the body
    fetched      only where the body is a link to the data: the data itself,
                 with sha256, bytes, encoding and body of its own
labs/
  Lab reports, each as it was uploaded, under its id.
labs.json
  Of each report its file, its own name, when it was uploaded, and its SHA-256.
archive.json
  Which server and which person the archive is of.
SHA256SUMS
  To check that nothing was changed: sha256sum -c SHA256SUMS

\`amy archive\` adds what is new. What is erased on the server it erases here too,
after it has asked. All of it is private: only the owner of the files may read it.
`;
