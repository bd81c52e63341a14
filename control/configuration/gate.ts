/** Product is made by configuration that was approved; a rehearsal may be what a change is tried by. */
import { isoUtc } from '../../plant/clock.ts';
import type { GateCheck, StartGate } from '../../plant/ports/start-gate.ts';
import { recordNumber } from '../../plant/record-event.ts';
import { openOf, type ConfigurationBook } from './book.ts';

const name = 'configuration';
const remedy =
  'Have a process engineer and QA approve it on the page of configuration, or put back the file and start again.';

/** @param book null before it was read: nothing can be said then, and nothing starts */
export function createGate(book: () => ConfigurationBook | null): StartGate {
  const known = (): ConfigurationBook => {
    const now = book();
    if (now === null) throw new RangeError('configuration was not read yet');
    return now;
  };
  return {
    name,
    check: ({ purpose }) => {
      const now = known();
      const open = openOf(now);
      const verdict = purpose === 'rehearsal' ? 'not watched' : 'blocked';
      const against = open.map(({ file, old, new: is, foundAt }): GateCheck => ({
        gate: name,
        object: file,
        verdict,
        found: `It changed from ${shown(old)} to ${shown(is)} (found ${isoUtc(foundAt)}), and nobody has approved that.`,
        remedy: verdict === 'blocked' ? remedy : '',
      }));
      const unread = now.unreadable.map((seq): GateCheck => ({
        gate: name,
        object: `line ${seq} of its record`,
        verdict,
        found: 'It cannot be read: what was approved is not known.',
        remedy: verdict === 'blocked' ? 'Have whoever keeps the service verify the ledger.' : '',
      }));
      const checks = [...against, ...unread];
      if (checks.length > 0) return Promise.resolve(checks);
      const found = `${now.files.size} files, each as it was approved or installed.`;
      return Promise.resolve([
        { gate: name, object: 'files', verdict: purpose === 'rehearsal' ? 'not watched' : 'ok', found, remedy: '' },
      ]);
    },
    facts: () => {
      const now = known();
      const files = [...now.files].flatMap(([file, { digest }]) => (digest === null ? [] : [{ file, digest }]));
      const approvals = now.approvals.map(({ changeNumber, seq }) => ({ changeNumber, seq: recordNumber(seq) }));
      return Promise.resolve({ files, approvals });
    },
  };
}

const shown = (digest: string | null): string => (digest === null ? 'no file' : `${digest.slice(0, 12)}…`);
