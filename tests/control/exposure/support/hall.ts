/** A hall with two instruments and one person, in which time passes as told. */
import { createExposure, type ExposureOptions } from '../../../../control/exposure/index.ts';
import { monotonic, processTime, utcMs, type Clock } from '../../../../plant/clock.ts';
import type { Log } from '../../../../plant/log.ts';
import { personActor, type Person } from '../../../../plant/people.ts';
import type { RecordKeeper } from '../../../../plant/ports/record-keeper.ts';
import type { StandingAlarm } from '../../../../plant/ports/standing-alarms.ts';
import { bad, good } from '../../../../plant/quality.ts';
import type { StoredEvent } from '../../../../plant/record-event.ts';
import { skidName, type TagName } from '../../../../plant/sample.ts';
import type { SiteExposure } from '../../../../plant/skid/site-exposure.ts';
import { loadSkidType } from '../../../../plant/skid/skid-loader.ts';
import { emptyHistory } from '../../../support/history.ts';

const log: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log };
const type = loadSkidType('plant/skids/cdse.yaml');
export const skid = { name: skidName('QD-1'), title: 'Line 1', type, links: [], twin: true };
const tag = 'QD-1/G900/AT-901A' as TagName;
export const definition: SiteExposure = {
  timeZone: 'Europe/Berlin',
  jurisdictions: ['OSHA', 'EU'],
  shifts: ['06:00', '14:00', '22:00'],
  zones: [
    {
      name: 'hall',
      title: 'Line hall',
      skids: [skid.name],
      readings: [
        { agent: 'H2S', tag, surrogate: false, cdShare: null },
        { agent: 'Cd', tag: 'QD-1/G900/AT-905A' as TagName, surrogate: true, cdShare: 0.05 },
      ],
    },
  ],
};
export const rosa: Person = {
  id: 'P-rosa',
  userName: 'rosa',
  printedName: 'Rosa Ortiz',
  roles: ['operator'],
  mustChangePassword: false,
};
export const actor = personActor(rosa, 'here');
export const begin = Date.UTC(2026, 9, 2, 8);

/** A hall in which time passes as told, and the ledger outlives the room. */
export function hall(stored: StoredEvent[] = [], startAt = begin, more: Partial<ExposureOptions> = {}) {
  let now = startAt;
  const turns: (() => void)[] = [];
  /** Slices of work have their turn between two scans, and whenever somebody waits. */
  const takeTurns = (): void => {
    for (let turn = turns.shift(); turn !== undefined; turn = turns.shift()) turn();
  };
  const clock: Clock = {
    timeScale: 1,
    utc: () => utcMs(now),
    monotonic: () => monotonic(now),
    process: () => processTime(now),
  };
  const keeper: { full: boolean } = { full: false };
  const records: RecordKeeper = {
    append: (event) => {
      if (keeper.full) return Promise.reject(new Error('the disk is full'));
      const kept = { scope: event.scope, seq: stored.length + 1, hash: '', utc: clock.utc(), event };
      stored.push(kept);
      return Promise.resolve(kept);
    },
    read: (_, from, limit) => Promise.resolve(stored.filter(({ seq }) => seq >= from).slice(0, limit)),
    scopes: () => Promise.resolve([]),
  };
  const alarms = new Map<string, StandingAlarm>();
  const room = createExposure({
    site: 'demo',
    definition,
    skids: [skid],
    clock,
    log,
    authority: { decide: () => ({ allowed: true }) },
    records,
    people: () => Promise.resolve([rosa]),
    history: emptyHistory,
    standing: {
      stand: (alarm) => void alarms.set(alarm.id, alarm),
      gone: (id) => void alarms.delete(id),
    },
    schedule: (turn) => {
      turns.push(turn);
      queueMicrotask(takeTurns);
    },
    ...more,
  });
  /** A scan a second for so long. */
  const pass = (minutes: number, ppm: number | null, mgPerM3: number | null = 0): void => {
    for (const end = now + minutes * 60_000; now < end;) {
      now += 1000;
      room.accept({
        batch: {
          skid: skid.name,
          scan: 1,
          utc: clock.utc(),
          monotonic: clock.monotonic(),
          process: clock.process(),
          samples: [[tag, ppm] as const, ['QD-1/G900/AT-905A' as TagName, mgPerM3] as const].map(([name, value]) => ({
            tag: name,
            value,
            quality: value === null ? bad : good,
            sourceTime: clock.utc(),
            serverTime: clock.utc(),
          })),
        },
        verdict: { demand: 'none', causes: [], releasing: false },
        fieldDemand: 'none',
        blocks: [],
      } as unknown as Parameters<typeof room.accept>[0]);
      takeTurns();
    }
  };
  const enter = (zone: string | null, at?: number) =>
    room.desk.presence({ personId: rosa.id, zone, ...(at === undefined ? {} : { at: utcMs(at) }) }, actor);
  return { room, pass, enter, alarms, stored, keeper, now: () => now, setClock: (to: number) => void (now = to) };
}
