/** What the machine says of its own clock. Made by deploy; needed by control/records. */

export type ClockState = Readonly<{
  /** Who says so: `chrony`, `systemd-timesyncd`, `unknown`. */
  source: string;
  /** False also where nobody can say. */
  synchronised: boolean;
  /** How far the clock is from its reference, in milliseconds; null where that is not known. */
  offsetMs: number | null;
}>;

export interface ClockSource {
  /** Never throws: what cannot be asked is not known. */
  read(): Promise<ClockState>;
}

export const unknownClock: ClockState = { source: 'unknown', synchronised: false, offsetMs: null };
