/** What the record says of configuration, in one place: written here, and read back by book.ts. */
import { Type, type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import type { ConfigurationStep } from '../../plant/configuration-view.ts';
import type { Actor } from '../../plant/people.ts';
import type { RecordEvent } from '../../plant/record-event.ts';
import type { ConfigurationFile } from './files.ts';

export const scope = 'configuration';
export const service: Actor = { kind: 'service', part: 'configuration' };
export const approvalRoles = ['process engineer', 'QA reviewer'] as const;
export const approvalMeaning = 'approved';

export const actions = {
  installed: 'configuration-installed',
  changed: 'configuration-changed',
  proposed: 'configuration-approval-proposed',
  approved: 'configuration-approved',
  dropped: 'configuration-approval-dropped',
} as const;

/** The first start on a data folder: nobody has signed these, whoever installed the service answers for them. */
export const installedRecord = (site: string, files: readonly ConfigurationFile[]): RecordEvent => ({
  scope,
  actor: service,
  action: actions.installed,
  object: site,
  reason: 'First start on this data folder: approved by installation, and signed by nobody.',
  data: { files: files.map(({ file, digest }) => ({ file, digest })) },
});

export const changedRecord = ({ file, old, new: now }: ConfigurationStep): RecordEvent => ({
  scope,
  actor: service,
  action: actions.changed,
  object: file,
  old,
  new: now,
  reason: 'It was found to be another at a start.',
});

export type Asked = Readonly<{
  commandId: string;
  /** Digest of what is asked: the same under the same id is the same command. */
  asks: string;
  changeNumber: string;
  reason: string;
  steps: readonly ConfigurationStep[];
}>;

type Act = Omit<RecordEvent, 'scope' | 'actor'>;

const actOf = (action: string, { commandId, asks, changeNumber, reason, steps }: Asked): Act => ({
  action,
  object: changeNumber,
  reason,
  data: { commandId, asks, steps: steps.map(({ file, old, new: now }) => ({ file, old, new: now })) },
});
export const proposedAct = (asked: Asked): Act => actOf(actions.proposed, asked);
export const approvedAct = (asked: Asked): Act => actOf(actions.approved, asked);

export const droppedRecord = ({ commandId, changeNumber }: Asked, actor: Actor, why: string): RecordEvent => ({
  scope,
  actor,
  action: actions.dropped,
  object: changeNumber,
  reason: why,
  data: { commandId },
});

const digest = Type.String({ pattern: '^[0-9a-f]{64}$' });
export const digestOrNone = Type.Union([digest, Type.Null()]);
export const installedData = Compile(Type.Object({ files: Type.Array(Type.Object({ file: Type.String(), digest })) }));
const approvalForm = Type.Object({
  commandId: Type.String(),
  asks: Type.String(),
  steps: Type.Array(Type.Object({ file: Type.String(), old: digestOrNone, new: digestOrNone })),
});
export type ApprovalData = Static<typeof approvalForm>;
export const approvalData = Compile(approvalForm);
export const stepDigest = Compile(digestOrNone);
export const signedData = Compile(
  Type.Object({
    signer: Type.String(),
    printedName: Type.String(),
    role: Type.String(),
    meaning: Type.String(),
    signedSeq: Type.String(),
  }),
);
