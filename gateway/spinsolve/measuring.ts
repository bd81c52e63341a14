/** What a Spinsolve is doing, as its notifications tell it in any order. Pure. */
import type { SpinsolveMessage } from './messages.ts';

/** The numbers of the point `state`. */
export const states = { ready: 0, running: 1, stopping: 2, failed: 3 } as const;
export type StateNumber = (typeof states)[keyof typeof states];

export type Measuring = Readonly<{
  /** Null until it has said: it cannot be asked. */
  state: StateNumber | null;
  protocol: string | null;
  percent: number | null;
  secondsRemaining: number | null;
  /** What went wrong last; empty where nothing did. */
  error: string;
  dataFolder: string | null;
  /** Counts what it began and what it refused, so that an answer to a start can be told. */
  begun: number;
  errors: number;
}>;

export const nothingKnown: Measuring = {
  state: null,
  protocol: null,
  percent: null,
  secondsRemaining: null,
  error: '',
  dataFolder: null,
  begun: 0,
  errors: 0,
};

export function heard(now: Measuring, message: SpinsolveMessage): Measuring {
  switch (message.kind) {
    case 'state':
      return stateHeard(now, message);
    case 'progress': {
      const { percent, secondsRemaining } = message;
      return { ...begun(now, message.protocol), percent, secondsRemaining };
    }
    case 'completed': {
      const { protocol, successful, error } = message;
      const dataFolder = message.dataFolder ?? now.dataFolder;
      const ended = { ...now, protocol, dataFolder, secondsRemaining: 0 };
      if (successful) return { ...ended, state: states.ready, percent: 100 };
      return { ...ended, state: states.failed, errors: now.errors + 1, error: error ?? 'It was not successful.' };
    }
    case 'error':
      return { ...now, state: states.failed, error: message.error, errors: now.errors + 1 };
    default:
      return now;
  }
}

function stateHeard(now: Measuring, message: Extract<SpinsolveMessage, { kind: 'state' }>): Measuring {
  const { status, protocol, dataFolder } = message;
  const known = { dataFolder: dataFolder ?? now.dataFolder, error: message.error ?? now.error };
  switch (status) {
    case 'Running': {
      const running =
        now.state === states.running ? now : { ...now, dataFolder: null, percent: 0, secondsRemaining: null };
      return { ...begun(running, protocol), dataFolder, error: message.error ?? '' };
    }
    case 'Stopping':
      return { ...now, ...known, state: states.stopping, protocol };
    case 'Ready':
      return { ...now, ...known, state: states.ready, protocol, secondsRemaining: 0 };
    default:
      return now;
  }
}

const begun = (now: Measuring, protocol: string): Measuring =>
  now.state === states.running && now.protocol === protocol
    ? now
    : { ...now, state: states.running, protocol, error: '', begun: now.begun + 1 };
