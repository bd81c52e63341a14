/** Interlocks to look at: a trip with its first-out, a bypass, a forced input, a proof test, changeover of another, responses. */
import { utcMs, type UtcMs } from '../../../plant/clock.ts';
import type { BaselineView } from '../../../plant/ports/baseline-desk.ts';
import type { InterlockRowView, InterlockView } from '../../../plant/ports/interlock-desk.ts';
import type { InterlockResponse, ProofTestView } from '../../../plant/ports/interlock-work.ts';
import type { GuardMark } from '../../../plant/ports/scan-guard.ts';
import { badNoCommunication, good, goodLocalOverride } from '../../../plant/quality.ts';
import { localTag } from '../../../plant/sample.ts';
import type { InterlockDefinition, SkidType } from '../../../plant/skid/definition.ts';
import { interlocksOf } from './fakes.ts';

const day = 86_400_000;
export const forcedTag = localTag('F100/AT-105A');

const stateOf = ({ row }: InterlockDefinition): InterlockRowView['state'] =>
  (({ 12: 'tripped', 11: 'latched', 10: 'warned', 3: 'tripping' }) as const)[row] ?? 'healthy';

const rowView = (row: InterlockDefinition, now: UtcMs): InterlockRowView => ({
  ...row,
  armed: row.armed === null,
  state: stateOf(row),
  degraded: row.row === 9,
  condition: row.trip.map(({ when }) => when.text).join(' or '),
  channels: row.channels.map(({ text, unit }, index) => ({
    text,
    value: row.row === 12 ? 196.2 : 12.34 + index,
    unit,
    quality: text === forcedTag ? goodLocalOverride : index === 1 && row.row === 9 ? badNoCommunication : good,
    votesTrip: row.row === 12,
    bypassed: row.row === 7 && index === 0,
  })),
  measures: row.trip.flatMap(({ measures }) => measures),
  bypass:
    row.bypass === 'never' ? 'never' : { by: row.bypass.by, forMs: row.bypass.for, meanwhile: row.bypass.meanwhile },
  processSafetyTimeMs: row.processSafetyTime,
  proofTest:
    row.proofTest === null
      ? null
      : {
          everyMs: row.proofTest.every,
          lastAt: row.row % 3 === 0 ? null : utcMs(now - 200 * day),
          dueAt: row.row % 3 === 0 ? null : utcMs(now - 200 * day + row.proofTest.every),
          overdue: row.row === 9,
        },
  trippedAt: row.row === 12 ? utcMs(now - 30_000) : null,
  healthyForMs: row.row === 12 ? null : 60_000,
});

export const servedInterlocks = ({ interlocks }: SkidType, now: UtcMs): InterlockView =>
  interlocksOf('QD-1', {
    demand: 'S',
    firstOut: [{ row: 12, title: 'Temperature high', at: utcMs(now - 30_000), stampedBy: 'gateway' }],
    resetRefusedBy: [
      'Row 12 Temperature high: R201/T.max 196.2 °C, must be away for 60 s.',
      'Row 11 Pressure low while hot: healthy for 4 s of 60 s.',
    ],
    measures: ['divert waste'],
    bypasses: [
      {
        row: 7,
        channel: 0,
        text: 'G900/AT-903A',
        by: 'Rosa Ortiz',
        second: 'Paul Prior',
        reason: 'The sensor is being changed.',
        meanwhile: 'Hand-held meter at the enclosure, read every 15 min.',
        since: utcMs(now - 900_000),
        expiresAt: utcMs(now + 3_600_000),
      },
    ],
    forces: [
      {
        tag: forcedTag,
        value: 10.8,
        by: 'Paul Prior',
        second: 'Mara Mill',
        reason: 'The probe stands in a buffer.',
        since: utcMs(now - 120_000),
        expiresAt: utcMs(now + 600_000),
      },
    ],
    kpis: { bypassesNow: 1, bypasses30d: 4, bypassHours30d: 9.25, trips30d: 12, overdueTests: 1 },
    rows: interlocks.map((row) => rowView(row, now)),
  });

export const inChangeover = ({ interlocks }: SkidType, now: UtcMs): InterlockView =>
  interlocksOf('QD-2', {
    changeover: true,
    proofTest: { row: 1, channel: 0, tester: 'Mara Mill', witness: 'Paul Prior', step: 'on the healthy side' },
    rows: interlocks.map((row) => ({ ...rowView(row, now), state: 'healthy' as const, degraded: false })),
  });

export const servedMarks = (skid: string, now: UtcMs): readonly GuardMark[] =>
  skid === 'QD-1'
    ? [
        {
          kind: 'bypass',
          row: 7,
          tag: null,
          message: 'Hydrogen: G900/AT-903A does not vote; Rosa Ortiz and Paul Prior. Meanwhile: Hand-held meter.',
          expiresAt: utcMs(now + 3_600_000),
        },
        {
          kind: 'force',
          row: null,
          tag: forcedTag,
          message: 'F100/AT-105A is held at 10.8; Paul Prior and Mara Mill: The probe stands in a buffer.',
          expiresAt: utcMs(now + 600_000),
        },
      ]
    : [{ kind: 'changeover', row: null, tag: null, message: 'The skid is in changeover.', expiresAt: null }];

/** From a few tens of milliseconds to one beyond its budget, one of them not yet confirmed. */
export function servedResponses({ interlocks }: SkidType, now: UtcMs): readonly InterlockResponse[] {
  return interlocks
    .filter(({ row }) => row % 2 === 0 || row === 9)
    .flatMap(({ row, title, action, trip, processSafetyTime }) =>
      [0, 1, 2].map((index): InterlockResponse => {
        const budgetMs = processSafetyTime / 2;
        const responseMs =
          row === 10 && index === 0 ? null : row === 8 && index === 1 ? budgetMs * 1.6 : 60 + 37 * index + 11 * row;
        const sourceAt = utcMs(now - (row + index * 30) * 3_600_000);
        const delay = trip[0]?.for ?? 0;
        const at = (ms: number): UtcMs => utcMs(sourceAt + ms);
        return {
          row,
          title,
          demand: action === 'A' ? 'none' : action,
          sourceAt,
          votedAt: at(20),
          trippedAt: at(20 + delay),
          commandedAt: at(45 + delay),
          confirmedAt: responseMs === null ? null : at(responseMs + delay),
          responseMs,
          budgetMs,
          within: responseMs === null ? null : responseMs <= budgetMs,
          test: index === 2,
        };
      }),
    )
    .sort((one, other) => other.sourceAt - one.sourceAt);
}

export const servedProofTests = (now: UtcMs): readonly ProofTestView[] =>
  [5, 9, 12].map((row) => ({
    row,
    channel: 1,
    tester: 'Mara Mill',
    witness: 'Paul Prior',
    stimulus: 'from 0.5 to 6 ppm beside what is read',
    asFound: '4.9 ppm at 5 ppm span gas',
    asLeft: '5.0 ppm at 5 ppm span gas',
    tripValue: 6,
    unit: 'ppm',
    responseMs: row === 9 ? null : 212,
    passed: row !== 9,
    at: utcMs(now - row * day),
    dueAt: utcMs(now - row * day + 365 * day),
  }));

export const servedBaselines: readonly BaselineView[] = [
  {
    tag: localTag('R201/R0'),
    title: 'Flow resistance of the clean reactor',
    unit: 'bar·min/mL',
    value: 0.0123,
    taken: null,
    refusedBy: 'The flow was not steady over the last 60 s.',
  },
];
