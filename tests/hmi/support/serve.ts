/**
 * Serves the built pages over fakes, with a skid that moves, to look at pages without a plant:
 * `npx -c 'node tests/hmi/support/serve.ts 8090'`, then log in as rosa with the password "secret";
 * the second person is paul with the password "second".
 */
import { createPages } from '../../../hmi/server/index.ts';
import type { Block } from '../../../plant/block.ts';
import { utcMs } from '../../../plant/clock.ts';
import { badNoCommunication, good, goodLocalOverride } from '../../../plant/quality.ts';
import { localTag, skidName, tagName, type TagValue } from '../../../plant/sample.ts';
import { loadSkidType } from '../../../plant/skid/skid-loader.ts';
import { systemClock } from '../../../plant/system-clock.ts';
import { alarmOf, fakeRooms, person } from './fakes.ts';
import { servedEarlier, servedResults, servedSuitability } from './served-analyses.ts';
import { servedBatches, servedEquipment, servedGates } from './served-batches.ts';
import {
  servedCalibrations,
  servedCleaning,
  servedIdentities,
  servedInstruments,
  servedTrained,
  servedTrainings,
} from './served-calibrations.ts';
import { servedContainerHistory, servedKits, servedLots } from './served-materials.ts';
import { servedDifferences, servedFindings } from './served-recipes.ts';
import {
  forcedTag,
  inChangeover,
  servedBaselines,
  servedInterlocks,
  servedMarks,
  servedProofTests,
  servedResponses,
} from './served-interlocks.ts';
import { emptyHistory } from '../../support/history.ts';

const type = loadSkidType('plant/skids/cdse.yaml');
const skids = ['QD-1', 'QD-2'].map((name) => ({
  name: skidName(name),
  title: `Line ${name.slice(-1)}`,
  // The second with one analysis only.
  type: name === 'QD-1' ? type : { ...type, analyses: type.analyses.slice(-1) },
  links: [],
  twin: true,
}));
const rooms = fakeRooms(skids);
const clock = systemClock(5);
rooms.people.set('rosa', { person: person('rosa', ['operator'], { printedName: 'Rosa Ortiz' }), password: 'secret' });
rooms.people.set('paul', { person: person('paul', ['process engineer']), password: 'second' });
rooms.people.set('new', { person: person('new', ['operator'], { mustChangePassword: true }), password: 'first' });
rooms.state.health = {
  ready: true,
  stopping: false,
  rooms: {
    gateway: { state: 'ready', detail: '2 of 2 links stand.', figures: { scans: 1234, lateScans: 0 } },
    historian: { state: 'degraded', detail: 'influxd does not answer; 1200 rows wait in the spool.' },
  },
};
const now = (): number => Date.now();
const alarms = [
  alarmOf('QD-1/R201/TI-201.temperature.high', { priority: 2, raisedAt: utcMs(now() - 60_000) }),
  alarmOf('QD-2/R201/PI-201.boilingMargin.low', {
    priority: 1,
    acknowledged: true,
    acknowledgedBy: 'Rosa Ortiz',
    raisedAt: utcMs(now() - 600_000),
  }),
  alarmOf('QD-1/<b>LI-302</b>.waste', { priority: 3, title: '<img src=x onerror=alert(1)>', suppressed: true }),
];
rooms.alarms.push(...alarms);
for (const skid of skids) {
  rooms.state.analyses.push(...servedResults(skid, utcMs(now())));
  rooms.state.results.push(...servedEarlier(skid, utcMs(now())));
  rooms.state.suitability.push(...servedSuitability(skid));
}
for (const batch of servedBatches(now())) rooms.batches.set(batch.id, batch);
rooms.state.gates.push(...servedGates);
rooms.state.sharedEquipment = [...servedEquipment(now())];
rooms.state.lots.push(...servedLots(now()));
rooms.state.kits.push(...servedKits(now()));
rooms.state.materialHistory.set('L-2026-0001', servedContainerHistory(now()));
rooms.state.scans.set('L-2026-0001', { kind: 'lot', lot: 'L-2026-0001' });
rooms.state.identities.push(...servedIdentities(now()));
rooms.state.instruments.push(...servedInstruments(now()));
rooms.state.calibrations.push(...servedCalibrations(now()));
rooms.state.cleaning.push(...servedCleaning(now()));
rooms.state.trainings.push(...servedTrainings);
rooms.state.trained.push(...servedTrained(now()));
rooms.state.findings.push(...servedFindings);
rooms.state.differences.push(...servedDifferences);
rooms.links.push(
  ...skids.map(({ name }, index) => ({
    skid: name,
    device: 'PLC-1',
    endpoint: `127.0.0.1:${5020 + index}`,
    state: 'connected' as const,
    lastGoodRead: now(),
    requests: 1200,
    timeouts: 1,
    malformed: 0,
    exceptions: 0,
    reconnects: 0,
    late: 0,
    latencyMs: 1.4,
    identity: { manufacturer: 'Mesoline', product: 'Skid PLC', serial: '0042', firmware: '1.3' },
    problem: null,
  })),
);
rooms.state.interlocks.set('QD-1', servedInterlocks(type, utcMs(now())));
rooms.state.interlocks.set('QD-2', inChangeover(type, utcMs(now())));
rooms.state.responses.push(...servedResponses(type, utcMs(now())));
rooms.state.proofTests.push(...servedProofTests(utcMs(now())));
rooms.state.baselines.push(...servedBaselines);
const marks = Object.fromEntries(skids.map(({ name }) => [name, servedMarks(name, utcMs(now()))]));

const middle: Readonly<Record<string, number>> = { 'R201/T.max': 160, 'R201/TT-201A': 160, 'F100/FQ-100': 55 };
const valueOf = (tag: (typeof type.tags)[number], t: number): TagValue => {
  if (tag.states !== null) return tag.valueType === 'boolean' ? true : 0;
  const { low, high } = tag.range ?? { low: 0, high: 1 };
  const centre =
    middle[tag.name] ??
    (tag.normal === null ? low + 0.4 * (Math.min(high, 1000) - low) : (tag.normal.low + tag.normal.high) / 2);
  return centre * (1 + 0.02 * Math.sin(t / 20_000 + tag.name.length));
};

const blocks: readonly Block[] = [
  {
    device: 'PLC-1',
    kind: 'locked out',
    message: 'QD-1/PLC-1 is locked out for maintenance by Mara Mill since 2026-10-02T09:30:00.000Z: Pump head changed.',
    by: 'Mara Mill',
    holder: 'P-mara',
    since: utcMs(now() - 900_000),
  },
  {
    device: null,
    kind: 'local',
    message: 'The skid is switched to Local; it is commanded in the field until the switch stands in Remote.',
    by: null,
    since: utcMs(now() - 60_000),
  },
];

const pages = createPages({
  ...rooms.ports,
  reviews: {
    ...rooms.ports.reviews,
    reReviews: () =>
      Promise.resolve([
        {
          batch: 'B-2026-0001',
          decision: 'released',
          reason: 'R201/PT-201A was found out of tolerance',
          at: utcMs(now() - 600_000),
        },
      ]),
  },
  clock,
  site: { name: 'demo', title: 'Demo site', timeScale: 5, build: 'look' },
  port: Number(process.argv[2] ?? 8090),
  history: {
    ...emptyHistory,
    trend: (tags, from, to, buckets) =>
      Promise.resolve(
        tags.map((tag) => ({
          tag,
          buckets: Array.from({ length: buckets }, (_, index) => {
            const time = from + ((to - from) * index) / buckets;
            const definition = type.tags.find(({ name }) => tag.endsWith(name));
            const value = definition === undefined ? 0 : Number(valueOf(definition, time));
            const gap = index > buckets * 0.4 && index < buckets * 0.45;
            return gap
              ? { time: utcMs(time), count: 0, min: null, max: null, last: null, worst: null }
              : { time: utcMs(time), count: 3, min: value - 1, max: value + 1, last: value, worst: good };
          }),
        })),
      ),
  },
});
await pages.start();
let scan = 0;
const timer = setInterval(() => {
  scan += 1;
  for (const { name } of skids) {
    const utc = clock.utc();
    pages.accept({
      batch: {
        skid: name,
        scan,
        utc,
        monotonic: clock.monotonic(),
        process: clock.process(),
        samples: type.tags.map((tag) => {
          const lost = tag.name === localTag('R201/TT-201B') || (name === 'QD-2' && tag.unitName === 'X300');
          const taken = lost ? utcMs(utc - scan * 100) : utc;
          return {
            tag: tagName(name, tag.name),
            value: valueOf(tag, utc),
            quality: lost ? badNoCommunication : name === 'QD-1' && tag.name === forcedTag ? goodLocalOverride : good,
            sourceTime: taken,
            serverTime: taken,
          };
        }),
      },
      verdict:
        name === 'QD-1'
          ? {
              demand: 'S',
              causes: [{ row: 12, title: 'Temperature high', message: 'R201/T.max 196.2 °C > 195 °C' }],
              releasing: false,
              marks: marks[name] ?? [],
            }
          : { demand: 'none', causes: [], releasing: false, marks: marks[name] ?? [] },
      fieldDemand: name === 'QD-1' ? 'S' : 'none',
      blocks: name === 'QD-1' ? blocks : [],
    });
  }
}, 100);
process.on('SIGTERM', () => {
  clearInterval(timer);
  void pages.stop();
});
