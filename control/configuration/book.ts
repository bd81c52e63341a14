/**
 * Configuration as its record tells it: what each file is, and what of it was approved. An approval counts with the signatures of both
 * that were recorded with their acts, and not before. Pure.
 */
import type { UtcMs } from '../../plant/clock.ts';
import type { ConfigurationApproval, OpenConfiguration } from '../../plant/configuration-view.ts';
import type { StoredEvent } from '../../plant/record-event.ts';
import {
  actions,
  approvalData,
  approvalMeaning,
  approvalRoles,
  installedData,
  signedData,
  stepDigest,
  type ApprovalData,
} from './events.ts';

type Known = Readonly<{ digest: string | null; approved: string | null; foundAt: UtcMs }>;

export type ConfigurationBook = Readonly<{
  /** Null before the first start on this data folder is on record. */
  installedAt: UtcMs | null;
  files: ReadonlyMap<string, Known>;
  /** Oldest first. */
  approvals: readonly ConfigurationApproval[];
  /** What was asked under each command id that was done. */
  done: ReadonlyMap<string, string>;
  /** Lines that should say something here and cannot be read. */
  unreadable: readonly number[];
}>;

type Signer = Readonly<{ id: string; name: string }>;

export function bookOf(events: readonly StoredEvent[]): ConfigurationBook {
  const files = new Map<string, Known>();
  const approvals: ConfigurationApproval[] = [];
  const done = new Map<string, string>();
  const unreadable: number[] = [];
  const proposed = new Map<string, Readonly<{ by: Signer; data: ApprovalData }>>();
  let installedAt: UtcMs | null = null;
  events.forEach((stored, index) => {
    const { event, seq, utc } = stored;
    const { action, object, data, actor } = event;
    const isOwn = actor.kind === 'service';
    if (action === actions.installed) {
      if (!isOwn || installedAt !== null || !installedData.Check(data)) unreadable.push(seq);
      else {
        installedAt = utc;
        for (const { file, digest } of data.files) files.set(file, { digest, approved: digest, foundAt: utc });
      }
    } else if (action === actions.changed) {
      const now = event.new ?? null;
      if (!isOwn || !stepDigest.Check(now)) unreadable.push(seq);
      else files.set(object, { digest: now, approved: files.get(object)?.approved ?? null, foundAt: utc });
    } else if (action === actions.proposed || action === actions.approved) {
      if (!approvalData.Check(data)) {
        unreadable.push(seq);
        return;
      }
      const by = signerOf(stored, events[index + 1], action === actions.proposed ? 0 : 1);
      if (by === null) return;
      if (action === actions.proposed) {
        proposed.set(data.commandId, { by, data });
        return;
      }
      const first = proposed.get(data.commandId);
      if (first === undefined || first.data.asks !== data.asks || first.by.id === by.id) return;
      for (const { file, new: now } of data.steps) {
        const known = files.get(file);
        if (known !== undefined) files.set(file, { ...known, approved: now });
      }
      const { steps } = data;
      const names = { by: first.by.name, checkedBy: by.name };
      approvals.push({ at: utc, changeNumber: object, reason: event.reason ?? '', steps, ...names, seq });
      done.set(data.commandId, data.asks);
    }
  });
  return { installedAt, files, approvals, done, unreadable };
}

/** Whoever signed the act in one with it: the next line, theirs, over this one, in the role that is asked. */
function signerOf({ event, seq }: StoredEvent, next: StoredEvent | undefined, which: 0 | 1): Signer | null {
  const { actor } = event;
  if (actor.kind !== 'person' || next === undefined || next.event.action !== 'signed') return null;
  const { data } = next.event;
  if (!signedData.Check(data) || data.signer !== actor.id || Number(data.signedSeq) !== seq) return null;
  if (data.role !== approvalRoles[which] || data.meaning !== approvalMeaning) return null;
  return { id: data.signer, name: data.printedName };
}

/** What is another than was approved, by name. */
export const openOf = ({ files }: Pick<ConfigurationBook, 'files'>): readonly OpenConfiguration[] =>
  [...files]
    .filter(([, { digest, approved }]) => digest !== approved)
    .map(([file, { digest, approved, foundAt }]) => ({ file, old: approved, new: digest, foundAt }))
    .sort((one, other) => (one.file < other.file ? -1 : 1));
