/** What passes between the main thread and the OPC UA worker; all of it structured-cloneable. */
import type { Fault } from '../../../plant/errors.ts';
import type { CommandAction, CommandOutcome } from '../../../plant/command.ts';
import type { AlarmView } from '../../../plant/ports/alarm-desk.ts';
import type { SkidName } from '../../../plant/sample.ts';
import type { FromConditions, ToConditions } from '../conditions/conditions-messages.ts';
import type { FromHistory, ToHistory } from '../history/history-messages.ts';
import type { PackedValues } from '../live/packed-values.ts';
import type { SecurityFromWorker, SecuritySetup, SecurityToWorker } from '../people/security-messages.ts';
import type { SkidPlan } from '../plan/space-plan.ts';

export type WorkerSetup = Readonly<{
  skids: readonly SkidPlan[];
  /** Every alarm that is known at the start, as it stands. */
  alarms: readonly AlarmView[];
  /** Whether history can be asked for. */
  history: boolean;
  site: string;
  build: string;
  host: string;
  port: number;
  pkiFolder: string;
  security: SecuritySetup;
}>;

export type SpectrumMessage =
  | Readonly<{
      kind: 'spectrum';
      skid: SkidName;
      /** Its full name, as in the plan. */
      spectrum: string;
      x: Float64Array<ArrayBuffer>;
      y: Float64Array<ArrayBuffer>;
      quality: number;
      sourceTime: number;
      serverTime: number;
      origin: string;
      digest: string;
      facts: Readonly<Record<string, string>>;
    }>
  | Readonly<{ kind: 'spectrum-lost'; skid: SkidName; spectrum: string; quality: number; serverTime: number }>;

export type ToWorker =
  /** One message a scan, also where nothing has changed: its coming says that the plant side lives. */
  | Readonly<{
      kind: 'values';
      /** By the skid's number; `scanned` where a scan of it lies behind. Values are by the numbers of its plan. */
      skids: readonly Readonly<{ skid: number; scanned: boolean } & PackedValues>[];
    }>
  | SpectrumMessage
  /** How far the field can be believed, as OPC UA's ServiceLevel has it. */
  | Readonly<{ kind: 'service-level'; level: number }>
  | SecurityToWorker
  | ToConditions
  | ToHistory
  | Readonly<{ kind: 'outcome'; id: number; outcome: CommandOutcome }>
  | Readonly<{ kind: 'stop' }>;

export type ServerFigures = Readonly<{
  sessions: number;
  subscriptions: number;
  rejectedSessions: number;
  rejectedRequests: number;
  /** Bytes that the queues of all monitored items may come to as they are; and how often one was cut short or refused. */
  queueBytes: number;
  queuesShortened: number;
  /** What the stack threw and nobody caught: a client's malformed message, as a rule. */
  stackFaults: number;
}>;

export type FromWorker =
  | Readonly<{ kind: 'ready'; port: number; endpoint: string }>
  | Readonly<{ kind: 'refused'; code: string; faults: readonly Fault[] }>
  /** A fault of our own: the thread ends. */
  | Readonly<{ kind: 'failed'; reason: string }>
  /** The values of one message have been taken: room for the next. */
  | Readonly<{ kind: 'taken' }>
  | SecurityFromWorker
  | FromConditions
  | FromHistory
  | Readonly<{
      kind: 'command';
      id: number;
      login: number;
      skid: SkidName;
      action: CommandAction;
      reason: string | null;
    }>
  | Readonly<{ kind: 'figures'; figures: ServerFigures }>
  | Readonly<{ kind: 'log'; level: 'debug' | 'info' | 'warn' | 'error'; fields: object; message: string }>;
