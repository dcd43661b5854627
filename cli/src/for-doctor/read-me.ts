import { renderDate, renderZone } from '../report/calendar.ts';
import { documentOf } from '../report/document.ts';
import { html, type Markup } from '../report/html.ts';
import { renderCounted } from '../terminal/counts.ts';
import { contentsPart } from './contents-part.ts';
import type { Known } from './known.ts';
import { labsPart } from './labs-part.ts';
import { missingPart } from './missing-part.ts';
import type { ZipPart } from './part-names.ts';

/** The page that whoever gets the zip opens first: what is in it, whose it is, what is missing, and what it is not. */
export function readMePage(known: Known, parts: readonly ZipPart[], version: string): string {
  const { range, dates, timeZone } = known.data;
  const days = renderCounted(dates.length, 'day');
  const body = html`<header>
<p class="brand">Amy</p>
<h1>Data for a doctor: ${days} of wearables and laboratory results</h1>
<p>From ${renderDate(range.from)} to ${renderDate(range.to)}, dates in the time zone ${renderZone(timeZone)}.</p>
</header>
<main>
${section('person', 'Whose data this is', personPart(known))}
${section('contents', 'What is in this zip', contentsPart(parts))}
${section('missing', 'How much is known, and how much is missing', missingPart(known))}
${section('labs', 'Laboratory results', labsPart(known))}
${section('not', 'What these numbers are not', NOT)}
${section('made', 'How it was made', madePart(known, version))}
</main>`;
  return documentOf({ title: `Data for a doctor, ${range.from} to ${range.to} · Amy`, body });
}

function section(id: string, title: string, part: Markup): Markup {
  return html`<section id="${id}"><h2>${title}</h2>${part}</section>`;
}

function personPart({ data: { person } }: Known): Markup {
  const told = [
    ...(person.age === null ? [] : [`${renderCounted(person.age, 'year')} old`]),
    ...(person.sex === null ? [] : [`sex: ${person.sex}`]),
  ];
  const says =
    told.length === 0
      ? 'Their profile says neither age nor sex.'
      : `By their own profile: ${told.join(', ')}.`;
  return html`<p>All of it is of one person: the one who gave you this file. ${says} Amy asks nobody for a name, an address or a date of birth, so none stands on this page; ask the person, and note their name with the file.</p>
<p>Nothing in the zip is encrypted: whoever has it can read it.</p>`;
}

const NOT = html`<ul class="notes">
<li>They are no diagnosis, no finding and no advice. Nothing here was judged by anybody, and nobody watches these numbers.</li>
<li>Rings, watches, scales and cuffs for the home are consumer devices. Their numbers are estimates; sleep stages, oxygen saturation and energy most of all. A value that matters is to be measured again with a device made for it.</li>
<li>A score, such as one for sleep or recovery, is made by a rule of the device’s maker. Scores of two devices cannot be compared.</li>
<li>Two devices measure the same thing differently. Where several know a day, the report and the FHIR file show the one that comes first in the person’s own order; <code>csv/daily_summary.csv</code> has them all. The report marks the day on which another device took over.</li>
<li>Heart rate variability by RMSSD and by SDNN are two different numbers.</li>
<li>A day without a value is left out, and is never counted as zero. A device that was not worn looks the same as one that did not send.</li>
<li>Laboratory results were read by software from reports that the person sent in, and some were converted to a common unit. What the laboratory itself printed counts. Reference ranges are those of that laboratory.</li>
</ul>`;

function madePart({ data }: Known, version: string): Markup {
  const sync =
    data.lastSyncAt === null ? '' : `, which was last brought up to date on ${renderMoment(data.lastSyncAt)}`;
  return html`<p>Made on ${renderDate(data.today)} by amy ${version}, with the command <code>amy export doctor</code>, from the person’s own copy of their data${sync}. Nothing was asked of a server for it, and no page in the zip asks for anything.</p>`;
}

/** `28 Nov 2026 at 22:57 UTC`. */
function renderMoment(time: string): string {
  return `${renderDate(time)} at ${time.slice(11, 16)} UTC`;
}
