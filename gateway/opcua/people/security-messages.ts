/** What the two threads say to each other about who may: logins, roles, trust, and what they ask of batches. */
import type { BatchCommand } from '../../../plant/batch-view.ts';
import type { Role } from '../../../plant/people.ts';
import type { SkidName } from '../../../plant/sample.ts';
import type { AccessPlan } from './roles.ts';

export type SecuritySetup = Readonly<{
  access: AccessPlan;
  /** Whether a client that was never seen is trusted at once; on loopback only. */
  trustUnknown: boolean;
  /** Whether there is an endpoint without encryption as well; on loopback only. */
  none: boolean;
  /** Clients that the server dials itself: `opc.tcp://client:port`. */
  reverse: readonly string[];
  /** What all queues of all monitored items may come to. */
  queueBytes: number;
}>;

export type SecurityToWorker =
  /** `login` names the proven person in later calls; null where nobody was proven. */
  | Readonly<{ kind: 'login'; id: number; login: number | null; roles: readonly Role[] }>
  /** The person's roles as they are now. */
  | Readonly<{ kind: 'roles'; login: number; roles: readonly Role[] }>
  /** This person may no longer be here: the sessions end. */
  | Readonly<{ kind: 'dismiss'; login: number }>
  /** Nobody may be here any longer by this client's certificate. */
  | Readonly<{ kind: 'distrust'; thumbprint: string }>;

export type SecurityFromWorker =
  | Readonly<{ kind: 'login'; id: number; userName: string; password: string; terminal: string }>
  /** The client has shown to hold the key of the user's certificate. */
  | Readonly<{ kind: 'login-certificate'; id: number; thumbprint: string; terminal: string }>
  /** The session of that login has ended. */
  | Readonly<{ kind: 'left'; login: number }>
  | Readonly<{
      kind: 'batch';
      id: number;
      login: number;
      skid: SkidName;
      command: BatchCommand;
      reason: string;
    }>;
