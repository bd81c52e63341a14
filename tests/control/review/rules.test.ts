/** Every rule, in a batch in which nothing happened and in the same batch with one thing planted: it finds that, and nothing before. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Evidence } from '../../../control/review/evidence.ts';
import type { Finding } from '../../../control/review/rule.ts';
import { rules } from '../../../control/review/rules/index.ts';
import { runRules } from '../../../control/review/run-rules.ts';
import { utcMs } from '../../../plant/clock.ts';
import type { Actor } from '../../../plant/people.ts';
import { tagName, type TagName } from '../../../plant/sample.ts';
import { at, beside, cleanBatch, measured, said, skidOfIt, withOwn } from './clean-batch.ts';

let clean: Evidence;
beforeAll(async () => {
  clean = (await cleanBatch()).evidence;
}, 60_000);

const tag = (local: string): TagName => tagName(skidOfIt(clean), local as never);
const person: Actor = { kind: 'person', id: 'P-1', userName: 'olga', printedName: 'Olga', roles: ['operator'], terminal: 't' }; // prettier-ignore
const skid = { skid: 'QD-1' };
const minute = 60_000;
const after = (share: number, ms: number) => utcMs(at(clean, share) + ms);

const found = (rule: string, evidence: Evidence): readonly Finding[] =>
  runRules(rules, evidence).find((run) => run.rule === rule)!.found;
/** What it says, in one line. */
const say = ({ title, detail }: Finding): string => (detail === '' ? title : `${title}: ${detail}`);

type Planted = readonly [rule: string, what: string, plant: (evidence: Evidence) => Evidence, says: RegExp];

const bad = 0x80000000;
const warm =
  (seconds: number, share = 0.5) =>
  (evidence: Evidence) =>
    measured(evidence, tag('R101/TT-101'), at(clean, share), after(share, seconds * 1000), { value: 75 });

const bypassed = (share: number) => (evidence: Evidence) =>
  beside(
    evidence,
    'skid/QD-1',
    { action: 'interlock-bypassed', object: 'row 12', reason: 'the probe is changed', actor: person, data: { title: 'Temperature high' } }, // prettier-ignore
    at(clean, share),
  );
const ended = (share: number) => (evidence: Evidence) =>
  beside(evidence, 'skid/QD-1', { action: 'interlock-bypass-ended', object: 'row 12' }, at(clean, share));
const raised = (priority: string) => (evidence: Evidence) =>
  beside(evidence, 'alarms', {
    action: 'alarm-raised',
    object: 'QD-1/a.high',
    new: '4.2',
    unit: 'bar(g)',
    data: { ...skid, title: 'Feed pressure high', priority },
  });
const acknowledged = (share: number) => (evidence: Evidence) =>
  beside(evidence, 'alarms', { action: 'alarm-acknowledged', object: 'QD-1/a.high', data: skid }, at(clean, share));
const gates =
  (...gates: Readonly<Record<'gate' | 'object' | 'verdict' | 'found', string>>[]) =>
  (evidence: Evidence) =>
    withOwn(evidence, 'batch-started', (event) => ({ ...event, data: { ...event.data, gates } }));
const gate = (name: string, verdict: string) => ({ gate: name, object: 'X', verdict, found: 'as it was found' });
const calibrated =
  (share: number, asFoundWithin: boolean, instrument = 'R201/TT-201A', batches?: readonly string[]) =>
  (evidence: Evidence) =>
    beside(
      evidence,
      'equipment/QD-1',
      {
        action: 'calibration-recorded',
        object: instrument,
        data: { asFoundWithin, ...(batches === undefined ? {} : { batches }) },
      },
      at(clean, share),
    );
const all =
  (...plants: readonly ((evidence: Evidence) => Evidence)[]) =>
  (evidence: Evidence) =>
    plants.reduce((whole, plant) => plant(whole), evidence);
const around = (more: Partial<Evidence['surroundings']>) => (evidence: Evidence) => ({
  ...evidence,
  surroundings: { ...evidence.surroundings, ...more },
});

const weighing = {
  number: 1, lot: 'L-1', kit: 'D-1', material: 'Se', amount: '1', tare: '0', scale: 'W-1', container: 'C-1', by: 'Olga',
  checkedBy: 'Carl', at: utcMs(1),
}; // prettier-ignore
const kitOf = (more: object) => ({ id: 'D-1', weighings: [weighing], struck: [], materials: [{ name: 'Se', checked: true }], ...more }) as never; // prettier-ignore
const label = { subject: 'B-2026-0001', batch: 'B-2026-0001', serial: '26000001', copies: [] } as never;
const count = (more: object) => ({ subject: 'B-2026-0001', missing: [], stands: true, at: utcMs(1), reason: '', ...more }) as never; // prettier-ignore
const sample = (results: readonly object[]) => ({ id: 'S-1', sample: 'P-1', analyses: ['Cd', 'Se'], results, at: utcMs(1) }) as never; // prettier-ignore

// prettier-ignore
const finds: readonly Planted[] = [
  ['limits', 'a stage that is too warm', warm(40), /Stage 1 temperature outside 50.* to 70.*as far as 75.* °C, 40 s while product/],
  ['limits', 'many short excursions that come to more than a hundredth', (evidence) =>
    Array.from({ length: 12 }, (_, n) => warm(4, 0.3 + n * 0.03)).reduce((whole, plant) => plant(whole), evidence),
    /12 times for less than 5 s, 48 s in all/],
  ['known-values', 'a thermometer of which nobody knows', (evidence) =>
    measured(evidence, tag('R101/TT-101'), at(clean, 0.5), after(0.5, 30_000), { quality: bad }),
    /Stage 1 temperature not known: no Good value, 30 s/],
  ['known-values', 'a diverter of which nobody knows', (evidence) =>
    measured(evidence, diverter(), at(clean, 0.5), after(0.5, 30_000), { quality: bad }),
    /Nobody knows where the outlet led/],
  ['known-values', 'sealed files that cannot be read', (evidence) => eachUnit(evidence, { unreadable: 'segment 2 is damaged' }),
    /cannot be judged: segment 2 is damaged/],
  ['known-values', 'a skid whose definition is gone', (evidence) => eachUnit(evidence, { equipment: null }),
    /the definition of the skid runs no batches/],
  ['exceptions', 'an exception that comes and goes', all(
    (evidence) => said(evidence, { action: 'exception-raised', object: 'Diverted', reason: 'too cold', data: skid }, 0.5),
    (evidence) => said(evidence, { action: 'exception-raised', object: 'Diverted', reason: 'again', data: skid }, 0.55),
  ), /^Diverted: too cold$/],
  ['exceptions', 'equipment that it went on without', (evidence) => said(evidence, { action: 'equipment-done-without', object: 'NMR-1' }),
    /^Went on without shared equipment: NMR-1$/],
  ['holds', 'a hold', (evidence) => said(evidence, { action: 'state-changed', object: 'QD-1', new: 'Holding', reason: 'a look', data: skid }),
    /^Holding: a look$/],
  ['holds', 'a skid that was given up', (evidence) => said(evidence, { action: 'unit-given-up', object: 'QD-1', reason: 'it leaks', data: skid }),
    /^Given up: it leaks$/],
  ['interlock-trips', 'a trip', (evidence) =>
    beside(evidence, 'skid/QD-1', { action: 'interlock-tripped', object: 'row 12', reason: '196 °C > 195 °C', data: { title: 'Temperature high' } }),
    /^row 12 \(Temperature high\) tripped: 196 °C > 195 °C$/],
  ['alarms', 'an alarm that nobody answered', raised('2'), /Alarm Feed pressure high: priority 2, raised once at 4.2 bar\(g\); not acknowledged/],
  ['alarms', 'an alarm answered after the end only', all(raised('2'), acknowledged(1.1)), /not acknowledged before the batch ended/],
  ['alarms', 'an alarm of the highest priority, though it was answered', all(raised('1'), acknowledged(0.6)), /priority 1.*; acknowledged$/],
  ['bypasses', 'a bypass from before that stands', bypassed(-2), /^row 12 \(Temperature high\) bypassed: by Olga; the probe is changed; no end of it on record$/],
  ['bypasses', 'a bypass that ended while it ran', all(bypassed(0.2), ended(0.4)), /bypassed: by Olga; the probe is changed$/],
  ['bypasses', 'a changeover', (evidence) => beside(evidence, 'skid/QD-1', { action: 'changeover-entered', object: 'QD-1', actor: person }), /QD-1 in changeover/],
  ['manual-intervals', 'a while in manual', all(
    (evidence) => said(evidence, { action: 'mode-changed', object: 'QD-1', new: 'manual', reason: 'a look', data: skid }, 0.4),
    (evidence) => said(evidence, { action: 'mode-changed', object: 'QD-1', new: 'automatic', data: skid }, 0.5),
  ), /^In mode manual: a look$/],
  ['overrides', 'a set point that somebody wrote', (evidence) =>
    beside(evidence, 'skid/QD-1', { action: 'command-intended', object: 'R101/TC-101.SP', old: '60', new: '65', unit: '°C', reason: 'warmer', actor: person, data: { kind: 'write' } }),
    /^Set point R101\/TC-101.SP written by Olga: 60 → 65 °C, warmer$/],
  ['overrides', 'a value that was ordered', (evidence) => ({ ...evidence, ordered: { temperature: '110 °C' } }), /^temperature was ordered as 110 °C/],
  ['answers', 'an answer outside its limits', all(
    (evidence) => said(evidence, { action: 'prompt-asked', object: 'a step', data: { ...skid, prompt: 'q9', title: 'pH of the feed' } }),
    (evidence) => said(evidence, { action: 'prompt-answered', object: 'q9', new: '12', reason: 'old probe', data: { ...skid, outside: true } }),
  ), /^pH of the feed: answered outside its limits: 12, old probe$/],
  ['answers', 'a second answer', all(
    (evidence) => said(evidence, { action: 'prompt-answered', object: 'q9', new: '10', data: { ...skid, outside: false } }),
    (evidence) => said(evidence, { action: 'prompt-answered', object: 'q9', new: '11', reason: 'mistyped', data: { ...skid, outside: false } }),
  ), /^q9: answered again: 11, mistyped$/],
  ['answers', 'a question that was withdrawn', (evidence) => said(evidence, { action: 'prompt-withdrawn', object: 'q9', reason: 'stopped', data: skid }),
    /nobody had to answer any more: stopped/],
  ['failed-commands', 'a command that failed, and the same again at once', all(
    (evidence) => beside(evidence, 'skid/QD-1', { action: 'command-failed', object: 'P-101', data: { message: 'no answer' } }, at(clean, 0.5)),
    (evidence) => beside(evidence, 'skid/QD-1', { action: 'command-failed', object: 'P-101', data: { message: 'no answer' } }, after(0.5, 30_000)),
  ), /^A command of the batch failed: P-101: no answer$/],
  ['refused-commands', 'a command out of turn', (evidence) => said(evidence, { action: 'command-refused', object: 'Restart', reason: 'it runs', actor: person }),
    /^Restart by Olga was refused: it runs$/],
  ['start-gates', 'a gate that was not watched', gates(gate('dispensing', 'not watched'), gate('cleaning', 'ok')), /^dispensing was not watched: X: as it was found$/],
  ['start-gates', 'a gate that was shut', gates(gate('cleaning', 'blocked')), /^cleaning of X: blocked: as it was found$/],
  ['calibration', 'an instrument that was overdue at the start', gates(gate('calibration', 'blocked')), /^calibration of X: blocked/],
  ['calibration', 'an instrument that was found good while the batch ran, and bad afterwards', all(calibrated(0.5, true), calibrated(2, false)), /out of tolerance/],
  ['calibration', 'an instrument that was found bad afterwards, another good before', all(calibrated(2, true, 'R201/PT-201A'), calibrated(3, false)), /^R201\/TT-201A was found/],
  ['calibration', 'an instrument that was found out of tolerance afterwards', calibrated(2, false), /^R201\/TT-201A was found out of tolerance/],
  ['calibration', 'a failed calibration that lists this batch', calibrated(2, false, 'R201/TT-201A', ['B-2026-0000', 'B-2026-0001']), /^R201\/TT-201A was found out of tolerance/],
  ['materials', 'a lot that was rejected since', around({ lots: [{ id: 'L-1', status: 'rejected', material: 'Se' } as never] }), /^Lot L-1 of Se is rejected/],
  ['materials', 'a weighing that was struck out', around({ kits: [kitOf({ struck: [{ ...weighing, strike: { reason: 'the point', by: 'Olga', checkedBy: 'Carl', at: utcMs(2), gone: false } }] })] }),
    /^Weighing 1 of Se was struck out: 1 from L-1; the point, by Olga and Carl$/],
  ['materials', 'a weighing that nobody checked', around({ kits: [kitOf({ weighings: [{ ...weighing, checkedBy: null }] })] }), /^Weighing 1 of Se was not checked: Olga$/],
  ['reconciliation', 'more collected than was pumped', (evidence) =>
    withOwn(evidence, 'batch-ended', (event) => ({ ...event, data: { ...event.data, units: [{ unit: 'QD-1', collected: '9000 mL' }] } })),
    /^Collected and pumped volume do not agree: 9000.0 mL collected/],
  ['reconciliation', 'a batch of another size', (evidence) =>
    withOwn(evidence, 'batch-ended', (event) => ({ ...event, data: { ...event.data, collected: '12 mL' } })),
    /^The batch is not of the size that its recipe asks: 12 mL; asked are/],
  ['reconciliation', 'a volume that is not on record', (evidence) =>
    withOwn(evidence, 'batch-ended', (event) => ({ ...event, data: { ...event.data, units: [] } })), /^No collected volume on record$/],
  ['laboratory', 'an analysis without its result', around({ samples: [sample([{ analysis: 'Cd' }])] }), /^Sample P-1 waits for the laboratory: Se$/],
  ['labels', 'labels that nobody counted', around({ labels: [label] }), /^Labels were printed and never counted/],
  ['labels', 'a count that stands no longer', around({ labels: [label], counts: [count({ stands: false })] }), /after they were counted/],
  ['labels', 'a label that is missing', around({ labels: [label], counts: [count({ missing: ['2600000101'], reason: 'torn' })] }), /^Labels are missing: 2600000101; torn$/],
  ['signatures', 'a start that lacks one', (evidence) => without(evidence, ({ action, data }) => action === 'signed' && data?.['role'] === 'checker'), /^The start lacks a signature: checker$/],
  ['signatures', 'one person for two', (evidence) => withOwn(evidence, 'signed', (event) => ({ ...event, data: { ...event.data, signer: 'P-1' } })), /^One person signed the start twice: P-1, P-1/],
  ['signatures', 'a signature that was refused', (evidence) => beside(evidence, 'access', { action: 'signature-refused', object: 'batch/B-2026-0001', reason: 'not the role' }), /^A signature was refused: not the role$/],
  ['signatures', 'a name that was locked out meanwhile', (evidence) => beside(evidence, 'access', { action: 'person-locked', object: 'olga', reason: 'five failures' }), /^olga was locked out: five failures$/],
  ['purpose', 'a rehearsal', (evidence) => ({ ...evidence, purpose: 'rehearsal' }), /^A rehearsal: it made no product$/],
  ['purpose', 'a process faster than the wall', (evidence) => ({ ...evidence, timeScale: 20 }), /^The process ran faster than the wall: 20 times/],
  ['configuration', 'a recipe that was not effective', (evidence) => withOwn(evidence, 'batch-started', (event) => ({ ...event, data: { ...event.data, status: 'draft' } })), /^The recipe was not effective: draft$/],
  ['configuration', 'a definition that changed at a restart', (evidence) => beside(evidence, 'service', { action: 'service-started', data: { skids: [`QD-1 cdse ${'e'.repeat(64)}`] } }), /^The definition of QD-1 changed: it began as .*, and went on as eeeeeeeeeeee…$/],
  ['configuration', 'a definition that is another one now', (evidence) => eachUnit(evidence, { definition: 'f'.repeat(64) }), /is not the one that the batch ran by: .* is ffffffffffff… now/],
  ['restarts', 'a start of the service', (evidence) => beside(evidence, 'service', { action: 'service-started', data: { build: '0.2.0' } }), /^The service was started anew: 0.2.0$/],
  ['measured-gaps', 'a segment that is not there, nor its beginning', (evidence) => unopened(segments(evidence, (one) => (one.number === 3 ? [] : [one])), 3), /^Nothing was measured: \d+ s before segment 4$/],
  ['measured-gaps', 'a short segment that was begun and never sealed', (evidence) => said(evidence, { action: 'segment-opened', object: 'QD-1/99', data: { ...skid, from: new Date(at(evidence, 0.5)).toISOString() } }), /^What was measured was never sealed: segment QD-1\/99 was begun/],
  ['measured-gaps', 'an end that is not there', (evidence) => unopened(segments(evidence, (one) => (one.number === last(evidence) ? [] : [one])), last(evidence)), /^Nothing was measured: \d+ s before the end$/],
  ['measured-gaps', 'a gap within a segment', (evidence) => segments(evidence, (one) => (one.number === 2 ? [{ ...one, gaps: [{ from: one.from, to: one.to, scans: 12, why: 'the disk was full' }] }] : [one])), /^Nothing was kept of what was measured: 12 scans are missing in segment 2: the disk was full$/],
  ['measured-gaps', 'lines that were put aside', (evidence) => segments(evidence, (one) => (one.number === 2 ? [{ ...one, dropped: 3, aside: '000002.aside' }] : [one])), /^What could not be sealed was put aside: of segment 2 3 lines, kept as 000002.aside$/],
  ['measured-gaps', 'a segment sealed after a restart', (evidence) => segments(evidence, (one) => [one.number === 2 ? { ...one, recovered: true } : one]), /^Sealed only after a restart: segment 2/],
  ['record-gaps', 'a gap in the batch’s own record', (evidence) => said(evidence, { action: 'record-gap', object: 'batch/B-2026-0001', reason: '3 events could not be recorded' }), /^Gap in the record of batch\/B-2026-0001: 3 events/],
  ['record-gaps', 'a gap in the record of its skid', (evidence) => beside(evidence, 'skid/QD-1', { action: 'record-gap', object: 'skid/QD-1', reason: '3 events' }), /^Gap in the record of skid\/QD-1/],
  ['clock', 'a step of which the ledger says', (evidence) => beside(evidence, 'service', { action: 'clock-stepped', old: '2026-01-02T10:00:04.000Z', new: '2026-01-02T10:00:00.000Z', data: { stepMs: '-4000' } }), /^The clock was set: from 2026-01-02T10:00:04.000Z to 2026-01-02T10:00:00.000Z, 4.0 s back$/],
  ['clock', 'a clock that lost its reference', (evidence) => beside(evidence, 'service', { action: 'clock-unsynchronised', data: { source: 'chrony' } }), /^The clock was no longer synchronised: chrony said that it was not$/],
  ['clock', 'a clock that nobody vouched for since long before', (evidence) => beside(unclocked(evidence), 'service', { action: 'clock-unsynchronised', data: { source: 'unknown' } }, after(0, -40 * 24 * 60 * minute)), /^The clock was not synchronised when the batch began: nobody on the machine could say that it was, since 20/],
  ['clock', 'a record that says nothing of its clock', (evidence) => unclocked(evidence), /^The clock was not synchronised when the batch began: nothing on record says whether it was$/],
  ['clock', 'lines that say an earlier time than those before them', (evidence) => ({ ...evidence, events: evidence.events.map((one) => (one.seq === 60 ? { ...one, utc: utcMs(one.utc - 5 * minute) } : one)) }), /^The clock went back: line 60 says .*, \d+\.\d s before line 59; the numbers give the order$/],
  ['late-lines', 'a late entry', (evidence) => said(evidence, { action: 'late-entry', object: 'colour', new: 'orange', reason: 'it was on paper' }), /^Late entry: colour: orange, it was on paper$/],
  ['late-lines', 'a line that was written later than it happened', (evidence) => ({ ...evidence, events: evidence.events.map((one) => (one.seq === 60 ? { ...one, event: { ...one.event, happenedAt: utcMs(one.utc - 2 * minute) } } : one)) }), /^Lines written late: 1 lines, up to 120 s after they happened$/],
  ['other-lines', 'what no rule knows of the batch', (evidence) => said(evidence, { action: 'somebody-sneezed', object: 'QD-1', reason: 'pollen' }), /^Somebody sneezed: QD-1, by .*: pollen$/],
  ['other-lines', 'a lock-out of its skid', (evidence) => beside(evidence, 'maintenance/QD-1', { action: 'locked-out', object: 'PLC-1', actor: person }), /^Locked out: PLC-1, by Olga$/],
];

/** What lies beside each of these and needs no eyes. */
// prettier-ignore
const leaves: readonly (readonly [rule: string, what: string, plant: (evidence: Evidence) => Evidence])[] = [
  ['limits', 'an excursion shorter than a diverter takes to act', warm(4)],
  ['limits', 'an excursion before product was collected', warm(60, 0.05)],
  ['limits', 'an excursion after it', warm(20, 0.97)],
  ['limits', 'a value that nobody knows: another rule speaks of it', (evidence) =>
    measured(evidence, tag('R101/TT-101'), at(clean, 0.5), after(0.5, 30_000), { quality: bad })],
  ['known-values', 'what was not known before product was collected', (evidence) =>
    measured(evidence, tag('R101/TT-101'), at(clean, 0.02), after(0.02, 60_000), { quality: bad })],
  ['holds', 'a skid that pauses and goes on', (evidence) => said(evidence, { action: 'state-changed', object: 'QD-1', new: 'Paused', data: skid })],
  ['interlock-trips', 'a trip after the end', (evidence) => beside(evidence, 'skid/QD-1', { action: 'interlock-tripped', object: 'row 12' }, at(clean, 1.01))],
  ['alarms', 'an alarm that was answered in time', all(raised('2'), acknowledged(0.6))],
  ['bypasses', 'a bypass that ended before', all(bypassed(-2), ended(-1))],
  ['bypasses', 'a bypass that began after the end', bypassed(1.5)],
  ['manual-intervals', 'a skid that becomes automatic', (evidence) => said(evidence, { action: 'mode-changed', object: 'QD-1', new: 'automatic', data: skid })],
  ['overrides', 'what the batch itself wrote', (evidence) => beside(evidence, 'skid/QD-1', { action: 'command-intended', object: 'R101/TC-101.SP', data: { kind: 'write' } })],
  ['overrides', 'a safe state that a person asked for', (evidence) => beside(evidence, 'skid/QD-1', { action: 'command-intended', object: 'QD-1', actor: person, data: { kind: 'safe-state' } })],
  ['answers', 'a question answered once', (evidence) => said(evidence, { action: 'prompt-answered', object: 'q9', new: '10', data: { ...skid, outside: false } })],
  ['failed-commands', 'a command that was done', (evidence) => beside(evidence, 'skid/QD-1', { action: 'command-done', object: 'P-101', data: {} })],
  ['failed-commands', 'a command of a person that failed', (evidence) => beside(evidence, 'skid/QD-1', { action: 'command-failed', object: 'P-101', actor: person, data: {} })],
  ['start-gates', 'gates that were open, and a calibration: another rule speaks of it', gates(gate('cleaning', 'ok'), gate('calibration', 'blocked'))],
  ['calibration', 'an instrument that was found within, and a gate of another kind', all(calibrated(2, true), gates(gate('cleaning', 'blocked')))],
  ['calibration', 'a failure after the instrument was found good again', all(calibrated(2, true), calibrated(3, false))],
  ['calibration', 'a failed calibration that lists other batches only', calibrated(2, false, 'R201/TT-201A', ['B-2026-0002'])],
  ['materials', 'a lot that is used up, and a weighing that nobody had to check', around({
    lots: [{ id: 'L-1', status: 'used up', material: 'Se' } as never],
    kits: [kitOf({ weighings: [{ ...weighing, checkedBy: null }], materials: [{ name: 'Se', checked: false }] })],
  })],
  ['reconciliation', 'two per cent more than was pumped', (evidence) => {
    const collected = Number.parseFloat(collectedOf(evidence)) * 1.02;
    return withOwn(evidence, 'batch-ended', (event) => ({ ...event, data: { ...event.data, units: [{ unit: 'QD-1', collected: `${collected} mL` }] } }));
  }],
  ['laboratory', 'a sample with all its results', around({ samples: [sample([{ analysis: 'Cd' }, { analysis: 'Se' }])] })],
  ['labels', 'labels that were counted', around({ labels: [label], counts: [count({})] })],
  ['signatures', 'a signature that was refused for another batch', (evidence) => beside(evidence, 'access', { action: 'signature-refused', object: 'batch/B-2026-0002' })],
  ['signatures', 'a name that was locked out after the end', (evidence) => beside(evidence, 'access', { action: 'person-locked', object: 'olga' }, at(clean, 1.5))],
  ['configuration', 'a restart on the same definition', (evidence) => {
    const digest = evidence.events.find(({ event }) => event.action === 'batch-started')!.event.data!['skidDigests'] as Record<string, string>;
    return beside(evidence, 'service', { action: 'service-started', data: { skids: [`QD-1 cdse ${digest['QD-1']!}`] } });
  }],
  ['restarts', 'a start after the end', (evidence) => beside(evidence, 'service', { action: 'service-started' }, at(clean, 1.1))],
  ['record-gaps', 'a gap after the end', (evidence) => beside(evidence, 'skid/QD-1', { action: 'record-gap' }, at(clean, 1.1))],
  ['clock', 'a clock that was not synchronised, and then was, before the batch began', (evidence) =>
    beside(beside(unclocked(evidence), 'service', { action: 'clock-unsynchronised' }, after(0, -60 * minute)), 'service', { action: 'clock-synchronised' }, after(0, -59 * minute))],
  ['clock', 'lines half a second out of order', (evidence) => ({ ...evidence, events: evidence.events.map((one) => (one.seq === 60 ? { ...one, utc: utcMs((evidence.events.find(({ seq }) => seq === 59)?.utc ?? 0) - 500) } : one)) })],
  ['late-lines', 'a line that was written half a minute later', (evidence) => ({ ...evidence, events: evidence.events.map((one) => (one.seq === 60 ? { ...one, event: { ...one.event, happenedAt: utcMs(one.utc - 30_000) } } : one)) })],
  ['other-lines', 'what is ordinary, and what happened after the end', all(
    (evidence) => beside(evidence, 'skid/QD-1', { action: 'interlock-reset', object: 'row 12' }),
    (evidence) => beside(evidence, 'skid/QD-1', { action: 'somebody-sneezed', object: 'QD-1' }, at(clean, 1.1)),
  )],
];

const unclocked = (evidence: Evidence): Evidence => ({
  ...evidence,
  around: evidence.around.filter(({ event }) => !event.action.startsWith('clock-')),
});

const collectedOf = (evidence: Evidence): string => {
  const ended = evidence.events.findLast(({ event }) => event.action === 'batch-ended')!;
  return (ended.event.data!['units'] as readonly Record<string, string>[])[0]!['collected']!;
};

const diverter = (): TagName => tagName(skidOfIt(clean), clean.units[0]!.equipment!.points.diverter.name);
const eachUnit = (evidence: Evidence, more: Partial<Evidence['units'][number]>): Evidence => ({
  ...evidence,
  units: evidence.units.map((unit) => ({ ...unit, ...more })),
});
const segments = (
  evidence: Evidence,
  each: (one: Evidence['units'][number]['segments'][number]) => Evidence['units'][number]['segments'],
): Evidence => eachUnit(evidence, { segments: evidence.units[0]!.segments.flatMap(each) });
const last = ({ units }: Evidence): number => units[0]!.segments.at(-1)!.number;
/** Nor any line that says it was begun. */
const unopened = (evidence: Evidence, number: number): Evidence =>
  without(evidence, ({ action, object }) => action === 'segment-opened' && object === `QD-1/${number}`);
const without = (evidence: Evidence, isMeant: (event: Evidence['events'][number]['event']) => boolean): Evidence => ({
  ...evidence,
  events: evidence.events.filter(({ event }) => !isMeant(event)),
});

describe('a rule', () => {
  it('finds nothing in a batch in which nothing happened, and says how much it looked at', () => {
    const runs = runRules(rules, clean);
    expect(runs.flatMap(({ rule, found: all }) => all.map((one) => `${rule} ${say(one)}`))).toEqual([]);
    expect(runs.filter(({ looked }) => looked > 0).length).toBeGreaterThan(15);
  });

  it('has something planted for it here, whichever it is', () => {
    expect(rules.map(({ name }) => name).filter((name) => !finds.some(([rule]) => rule === name))).toEqual([]);
  });

  it.each(finds)('%s finds %s, once', (rule, _, plant, says) => {
    const all = found(rule, plant(clean));
    expect(all.map(say)).toEqual([expect.stringMatching(says)]);
  });

  it.each(leaves)('%s leaves alone %s', (rule, _, plant) => {
    expect(found(rule, plant(clean)).map(say)).toEqual([]);
  });

  it.each(finds)(
    '%s finds %s under the same key when it runs again, and within the batch or after it',
    (rule, _, plant) => {
      const [one, other] = [found(rule, plant(clean))[0]!, found(rule, plant(clean))[0]!];
      expect(one).toEqual(other);
      expect(one.key.startsWith(`${rule}:`)).toBe(true);
      expect(one.to).toBeGreaterThanOrEqual(one.from);
    },
  );
});

describe('what lies apart', () => {
  it('is found apart: two exceptions of the same kind an hour of the process from each other', () => {
    const one = { action: 'exception-raised', object: 'Diverted', reason: 'too cold', data: skid };
    expect(found('exceptions', said(said(clean, one, 0.2), one, 0.8))).toHaveLength(2);
  });

  it('is told by its stretch: a hold to where it ran again, a bypass no further than the batch', () => {
    const held = said(clean, { action: 'state-changed', object: 'QD-1', new: 'Holding', data: skid }, 0.4);
    const again = said(held, { action: 'state-changed', object: 'QD-1', new: 'Running', data: skid }, 0.5);
    expect(found('holds', again)).toMatchObject([{ from: at(clean, 0.4), to: at(clean, 0.5) }]);
    expect(found('holds', held)).toMatchObject([{ from: at(clean, 0.4), to: clean.span.to }]);
    expect(found('bypasses', bypassed(-2)(clean))).toMatchObject([clean.span]);
  });

  it('is judged as product where nobody knows where the outlet led', () => {
    const blind = measured(clean, diverter(), at(clean, 0.02), after(0.02, 60_000), { quality: bad });
    expect(found('limits', warm(30, 0.02)(blind)).map(({ title }) => title)).toEqual(
      expect.arrayContaining([expect.stringMatching(/Stage 1 temperature outside/)]),
    );
  });
});

describe('a rule that fails', () => {
  it('is itself what needs eyes, and the others run on', () => {
    const broken = { ...rules[0]!, run: () => { throw new Error('no such tag'); } }; // prettier-ignore
    const [first, second] = runRules([broken, rules[1]!], clean);
    expect(first).toMatchObject({ looked: 0, found: [{ detail: 'no such tag', key: 'limits:failed/1' }] });
    expect(second!.looked).toBeGreaterThan(0);
  });

  it('gives no key twice: what is judged is one thing', () => {
    const twice = { ...rules[0]!, run: () => ({ looked: 2, found: [1, 2].map(() => found('holds', said(clean, { action: 'unit-given-up', data: skid }))[0]!) }) }; // prettier-ignore
    const [run] = runRules([twice], clean);
    expect(new Set(run!.found.map(({ key }) => key)).size).toBe(2);
  });
});
