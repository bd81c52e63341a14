/** Instruments, cleaning and trainings in every state, to look at the page of equipment without a plant. */
import { utcMs } from '../../../plant/clock.ts';
import type {
  Calibration,
  CleaningView,
  InstrumentIdentity,
  InstrumentView,
  TrainingForm,
  TrainingView,
} from '../../../plant/equipment-view.ts';
import { skidName } from '../../../plant/sample.ts';

const dayMs = 86_400_000;
const one = skidName('QD-1');
const two = skidName('QD-2');

const calibration = (now: number, more: Partial<Calibration>): Calibration => ({
  skid: one,
  instrument: 'R201/PT-201A',
  at: utcMs(now - 100 * dayMs),
  due: utcMs(now + 265 * dayMs),
  certificate: 'DKD-2026-118',
  unit: 'bar',
  tolerance: '0.05',
  asFound: [{ reference: '10.00', reading: '10.08' }],
  asLeft: [{ reference: '10.00', reading: '10.01' }],
  asFoundWithin: false,
  asLeftWithin: true,
  batches: ['B-2026-0038', 'B-2026-0040'],
  by: 'Max Mertens',
  checkedBy: 'Carl Cole',
  ...more,
});

export const servedCalibrations = (now: number): Calibration[] => [
  calibration(now, {}),
  calibration(now, {
    at: utcMs(now - 460 * dayMs),
    due: utcMs(now - 95 * dayMs),
    certificate: '<img src=x onerror=alert(1)>',
    asFoundWithin: true,
    batches: [],
  }),
];

export function servedInstruments(now: number): InstrumentView[] {
  const base = { unit: 'bar', everyDays: 365 };
  const last = calibration(now, {});
  const soon = calibration(now, { instrument: 'F100/FT-101', at: utcMs(now - 352 * dayMs), due: utcMs(now + 13 * dayMs) });
  const late = calibration(now, { instrument: 'S100/AT-110', at: utcMs(now - 95 * dayMs), due: utcMs(now - 5 * dayMs) });
  return [
    { ...base, skid: one, instrument: 'R201/PT-201A', title: 'Reactor pressure A', last, state: 'in date' },
    { ...base, skid: one, instrument: 'F100/FT-101', title: 'Chalcogen flow', unit: 'mL/min', last: soon, state: 'in date' },
    { ...base, skid: one, instrument: 'S100/AT-110', title: 'Feed pH', unit: null, everyDays: 90, last: late, state: 'overdue' },
    { ...base, skid: two, instrument: 'R201/PT-201A', title: 'Reactor pressure A', last: { ...last, skid: two, asLeftWithin: false }, state: 'out of tolerance' },
    { ...base, skid: two, instrument: 'R201/TT-201A', title: 'Reactor temperature A', unit: '°C', last: null, state: 'never calibrated' },
  ];
} // prettier-ignore

export const servedIdentities = (now: number): InstrumentIdentity[] => [
  { skid: one, device: 'NMR-1', title: 'Benchtop NMR', said: { serial: 'SPA-0815', firmware: '1.18' }, recorded: { serial: 'SPA-0815', firmware: '1.18' }, state: 'as recorded', accepted: { at: utcMs(now - 90 * dayMs), by: 'Max Mertens', checkedBy: 'Carl Cole' } },
  { skid: one, device: 'PLC-1', title: 'Field controller', said: { serial: null, firmware: '3.2' }, recorded: { serial: null, firmware: '3.2' }, state: 'as recorded', accepted: null },
  { skid: two, device: 'NMR-1', title: 'Benchtop NMR', said: { serial: '<b>SPA-0999</b>', firmware: '1.20' }, recorded: { serial: 'SPA-0816', firmware: '1.18' }, state: 'another', accepted: null },
  { skid: two, device: 'PLC-1', title: 'Field controller', said: null, recorded: { serial: null, firmware: '3.2' }, state: 'not connected', accepted: null },
]; // prettier-ignore

const empty = { since: null, cleanUntil: null, chemistry: null, recipe: null, batch: null, batches: 0, found: '' };

export const servedCleaning = (now: number): CleaningView[] => [
  {
    ...empty,
    skid: one,
    status: 'in use',
    since: utcMs(now - 3_600_000),
    chemistry: 'selenium',
    recipe: 'CdSe-3.6',
    batch: 'B-2026-0041',
    batches: 2,
  },
  { ...empty, skid: two, status: 'fouled', since: utcMs(now - dayMs), found: 'flow resistance 260 % of clean' },
];

export const servedTrainings: TrainingForm[] = [
  { name: 'skid-operation', title: 'Operation of the flow skids', validDays: 365, acts: ['start batch', 'command batch'] },
  { name: 'batch-records', title: 'Batch records and signatures', validDays: 730, acts: ['sign record', 'check'] },
]; // prettier-ignore

export const servedTrained = (now: number): TrainingView[] =>
  servedTrainings.map(({ name, title }, i) => ({
    personId: 'P-rosa',
    printedName: 'Rosa Ortiz',
    training: name,
    title,
    given: utcMs(now - 400 * dayMs),
    validUntil: utcMs(now + (i === 0 ? -35 : 330) * dayMs),
    by: 'Quinn Adler',
    state: i === 0 ? 'lapsed' : 'valid',
  }));
