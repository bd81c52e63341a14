/** The manifest of signatures (21 CFR 11.50): printed name, time with its zone, meaning, and what stands no longer. Pure. */
import type { SignatureLine } from '../../../plant/record-document.ts';
import type { RecordValue, StoredEvent } from '../../../plant/record-event.ts';
import { changesRecord } from '../review-events.ts';

const textOf = (value: RecordValue | undefined): string => (typeof value === 'string' ? value : '');

export function signatureLines(events: readonly StoredEvent[]): readonly SignatureLine[] {
  return events.flatMap((stored): readonly SignatureLine[] => {
    const { event, seq } = stored;
    if (event.action !== 'signed') return [];
    const data = event.data ?? {};
    const { components } = data;
    const subject = textOf(data['subject']);
    return [
      {
        printedName: textOf(data['printedName']),
        role: textOf(data['role']),
        meaning: textOf(data['meaning']),
        subject,
        at: textOf(data['signedAt']),
        components: Array.isArray(components) ? (components as readonly RecordValue[]).map(textOf) : [],
        covers: Number(textOf(data['signedSeq'])),
        superseded: isOfWhole(subject) ? supersededBy(events, seq) : null,
      },
    ];
  });
}

/** Signed is the record, or what becomes of the product; a start or an answer stays signed while the batch goes on. */
const isOfWhole = (subject: string): boolean => /^(record|disposition) of batch /u.test(subject);

function supersededBy(events: readonly StoredEvent[], seq: number): string | null {
  const later = events.find((one) => one.seq > seq && changesRecord(one));
  return later === undefined ? null : `superseded: line ${later.seq} (${later.event.action}) came after it`;
}
