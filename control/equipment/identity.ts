/** Whether a device is the one that the record knows: by the serial number and the firmware that it says at each connection. Pure. */
import type { InstrumentIdentity, SaidIdentity } from '../../plant/equipment-view.ts';
import type { UtcMs } from '../../plant/clock.ts';
import type { LinkView } from '../../plant/ports/scan-consumer.ts';
import type { StandingAlarm } from '../../plant/ports/standing-alarms.ts';
import type { SkidName } from '../../plant/sample.ts';
import type { Finding } from './cleaning.ts';

const saysNothing: SaidIdentity = { serial: null, firmware: null };

/** How a device is known; what it never said is null. */
export type KnownIdentity = Readonly<{
  recorded: SaidIdentity;
  /** What it said when it was last recorded: said again it is no news. */
  last: SaidIdentity;
  accepted: Readonly<{ at: UtcMs; by: string; checkedBy: string }> | null;
}>;

export type Said = Readonly<{ connected: boolean; said: SaidIdentity | null }>;

/** What a link says; null of a device that says neither. */
export function saidOn({ state, identity }: Pick<LinkView, 'state' | 'identity'>): Said {
  const { serial, firmware } = identity ?? saysNothing;
  const connected = state === 'connected';
  return { connected, said: connected && (serial !== null || firmware !== null) ? { serial, firmware } : null };
}

const sameOr = (recorded: string | null, said: string | null): boolean =>
  recorded === null || said === null || recorded === said;

export const isSame = (one: SaidIdentity, other: SaidIdentity): boolean =>
  one.serial === other.serial && one.firmware === other.firmware;

/** What was never said before is taken as it is found; what was said is never replaced by itself. */
export const filled = (recorded: SaidIdentity, said: SaidIdentity): SaidIdentity => ({
  serial: recorded.serial ?? said.serial,
  firmware: recorded.firmware ?? said.firmware,
});

export const contradicts = (recorded: SaidIdentity, said: SaidIdentity): boolean =>
  !sameOr(recorded.serial, said.serial) || !sameOr(recorded.firmware, said.firmware);

export function stateOf({ connected, said }: Said, recorded: SaidIdentity): InstrumentIdentity['state'] {
  if (!connected) return 'not connected';
  if (said === null) return 'says nothing';
  if (contradicts(recorded, said)) return 'another';
  // A device that said its serial number once, and says none now, may be any.
  return recorded.serial !== null && said.serial === null ? 'says nothing' : 'as recorded';
}

export const identityText = ({ serial, firmware }: SaidIdentity): string =>
  [
    serial === null ? 'no serial number' : `serial number ${serial}`,
    firmware === null ? 'no firmware' : `firmware ${firmware}`,
  ].join(', ');

/** Whether product may be made with it. Of one that is not connected nobody knows; what needs it says so itself. */
export function mayBeUsed({ device, said, recorded, state }: InstrumentIdentity): Finding | 'not known' {
  switch (state) {
    case 'as recorded':
      return { ok: true, found: `It says ${identityText(said ?? saysNothing)}, as on record.`, remedy: '' };
    case 'another':
      return {
        ok: false,
        found: `It says ${identityText(said ?? saysNothing)}; on record is ${identityText(recorded)}.`,
        remedy: `Put back the instrument on record, or have ${device} accepted by two people and calibrated.`,
      };
    case 'says nothing':
      return {
        ok: false,
        found: `It is connected and does not say who it is; on record is ${identityText(recorded)}.`,
        remedy: `Look after ${device}: who it is has to be read.`,
      };
    case 'not connected':
      return 'not known';
  }
}

export const alarmId = (device: string): string => `instrument-identity.${device}`;

export const identityAlarm = (
  skid: SkidName,
  { device, title, said, recorded }: InstrumentIdentity,
): StandingAlarm => ({
  id: alarmId(device),
  skid,
  title: `${device} is another instrument than on record`,
  priority: 3,
  cause: `${title} says ${identityText(said ?? saysNothing)}; on record is ${identityText(recorded)}.`,
  consequence: 'Its calibration may be of another instrument: no batch for product starts on this skid.',
  response:
    'Look which instrument is there. Have it accepted and calibrated on the page of equipment, or put back the other.',
  respondWithinMs: 60 * 60_000,
});
