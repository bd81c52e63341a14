/** What `deploy/main.ts` asks of every room. */

export type RoomState = 'stopped' | 'starting' | 'ready' | 'degraded' | 'stopping' | 'failed';

/** `detail` is a sentence for a person; `figures` are counters and gauges by name. */
export type RoomHealth = Readonly<{ state: RoomState; detail: string; figures?: Readonly<Record<string, number>> }>;

export interface Room {
  readonly name: string;
  start(): Promise<void>;
  /** Loses nothing that was acknowledged, and may be called in any state. */
  stop(): Promise<void>;
  health(): RoomHealth;
}
