/** A skid as a guard sees it, scan after scan, with values and qualities at the test's hand. */
import { monotonic, processTime, utcMs, type UtcMs } from '../../../../plant/clock.ts';
import type { Evaluated } from '../../../../plant/expression.ts';
import { evaluate } from '../../../../plant/expression/evaluate.ts';
import type { Actor } from '../../../../plant/people.ts';
import type { GuardScan, GuardVerdict } from '../../../../plant/ports/scan-guard.ts';
import { bad, badNoCommunication, good, goodLocalOverride, type Quality } from '../../../../plant/quality.ts';
import type { Demand } from '../../../../plant/safe-state.ts';
import { localTag, skidName, tagName, type LocalTag, type Sample, type TagValue } from '../../../../plant/sample.ts';
import type { Skid, SkidType } from '../../../../plant/skid/definition.ts';
import { loadSkidType } from '../../../../plant/skid/skid-loader.ts';
import { prepareSkid, type PreparedSkid } from '../../../../control/interlocks/prepare.ts';
import { stepReset } from '../../../../control/interlocks/reset.ts';
import { initialGuardState, type GuardEvent, type GuardState } from '../../../../control/interlocks/state.ts';
import { step } from '../../../../control/interlocks/step.ts';
import { besideController, sixRowsTypeFile } from '../../../support/fitted.ts';

export const cdse: SkidType = loadSkidType(sixRowsTypeFile, { without: besideController });

export const skidOf = (type: SkidType): Skid => ({
  name: skidName('QD-1'),
  title: 'CdSe line 1',
  type,
  links: [],
  twin: true,
});

export const person: Actor = {
  kind: 'person',
  id: 'p-1',
  userName: 'olga',
  printedName: 'Olga Operator',
  roles: ['operator'],
  terminal: 'test',
};

/** A skid that runs hot and well: 160 °C, 12 bar(g), 24 mL/min of each feed. */
export const running: Readonly<Record<string, number | boolean>> = {
  'F100/FT-101': 24,
  'F100/FT-102': 24,
  'F100/FT-103': 24,
  'F100/FT-104': 0,
  'F100/FIC-101.SP': 24,
  'F100/FIC-102.SP': 24,
  'F100/FIC-103.SP': 24,
  'F100/FIC-104.SP': 0,
  'F100/P101.run': true,
  'F100/P102.run': true,
  'F100/P103.run': true,
  'F100/P104.run': false,
  'F100/PT-110': 13,
  'R101/TT-101': 25,
  'R201/TT-201A': 160,
  'R201/TT-201B': 160,
  'R201/TT-202': 160,
  'R201/TIC-201.SP': 160,
  'R201/TIC-201.ramp': 10,
  'R201/TIC-201.WSP': 160,
  'R201/TIC-201.OP': 40,
  'R201/heater.run': true,
  'R201/TT-205': 25,
  'R201/cooling.run': true,
  'R201/PT-201A': 12,
  'R201/PT-201B': 12,
  'R201/PT-201C': 12,
  'R201/PIC-203.SP': 12,
  'X300/XV-301.SP': 0,
  'X300/XV-301': 0,
  'X300/LT-302': 10,
  'X300/LSH-303': false,
  'G900/FT-906A': 0.5,
  'G900/FT-906B': 0.5,
  'G900/PDT-907A': -25,
  'G900/PDT-907B': -25,
  'G900/LSH-908A': false,
  'G900/LSH-908B': false,
  'G900/ZS-909A': false,
  'G900/ZS-909B': false,
  'G900/HS-910': false,
  'G900/PSL-911': false,
  'G900/AT-901A': 0,
  'G900/AT-901B': 0,
  'G900/AT-901C': 0,
  'G900/AT-902A': 0,
  'G900/AT-902B': 0,
  'G900/AT-903A': 0,
  'G900/AT-903B': 0,
  'G900/AT-905A': 0.01,
  'G900/AT-905B': 0.01,
  'F100/AT-105A': 10.8,
  'F100/AT-105B': 10.8,
  'X300/AT-305A': 10.5,
  'X300/AT-305B': 10.5,
  'PLC/firstOutRow': 0,
  'PLC/measuresHeld': 0,
  'X300/FQ-301': 0,
  'X300/FQ-302': 0,
  'X300/AT-303': 587,
  'X300/AT-304': 3.6,
  'PLC/safeState': 0,
  'PLC/firstOut': 0,
};

/** The same skid cold and at rest. */
export const cold: Readonly<Record<string, number | boolean>> = {
  ...running,
  'F100/FT-101': 0,
  'F100/FT-102': 0,
  'F100/FT-103': 0,
  'F100/FIC-101.SP': 0,
  'F100/FIC-102.SP': 0,
  'F100/FIC-103.SP': 0,
  'F100/P101.run': false,
  'F100/P102.run': false,
  'F100/P103.run': false,
  'R201/TT-201A': 25,
  'R201/TT-201B': 25,
  'R201/TT-202': 25,
  'R201/TIC-201.SP': 0,
  'R201/TIC-201.WSP': 0,
  'R201/TIC-201.OP': 0,
  'R201/heater.run': false,
  'R201/PT-201A': 0,
  'R201/PT-201B': 0,
  'R201/PT-201C': 0,
  'F100/PT-110': 0,
};

export class Plant {
  readonly skid: PreparedSkid;
  readonly type: SkidType;
  state: GuardState;
  verdict: GuardVerdict;
  events: GuardEvent[] = [];
  fieldDemand: Demand | null = 'none';
  asked: Demand = 'none';
  leaving = false;
  commanded: GuardScan['commanded'] = null;
  firstOutRow: number | null = 0;
  batch = false;
  /** Process time of one scan in ms; a wall scan stays 100 ms. */
  scanMs = 100;
  now = 0;
  wall = 0;
  /** By how much the clock on the wall was set, in ms. */
  wallSetBy = 0;
  /** How old a tag's sample is when the scan sees it, in ms. */
  readonly ages = new Map<string, number>();
  readonly #values = new Map<LocalTag, Evaluated>();

  constructor(values: Readonly<Record<string, TagValue>> = cold, type: SkidType = cdse) {
    this.type = type;
    this.skid = prepareSkid(skidOf(type));
    this.state = initialGuardState(this.skid);
    this.verdict = this.state.verdict;
    this.set(values);
  }

  set(values: Readonly<Record<string, TagValue>>, quality: Quality = good): this {
    for (const [tag, value] of Object.entries(values)) this.#values.set(localTag(tag), { value, quality });
    return this;
  }

  lose(...tags: string[]): this {
    for (const tag of tags) this.#values.set(localTag(tag), { value: this.value(tag), quality: badNoCommunication });
    return this;
  }

  loseAll(): this {
    this.fieldDemand = null;
    return this.lose(...this.#values.keys());
  }

  value(tag: string): TagValue {
    return this.#values.get(localTag(tag))?.value ?? null;
  }

  forget(): this {
    this.#values.clear();
    return this;
  }

  utc(): UtcMs {
    return utcMs(1_790_000_000_000 + this.wall + this.wallSetBy);
  }

  samples(): Map<LocalTag, Sample> {
    const samples = new Map<LocalTag, Sample>();
    const utc = this.utc();
    for (const { name, source } of this.type.tags) {
      const seen =
        source.kind === 'derived'
          ? evaluate(source.expression.root, (tag) => samples.get(tag) ?? { value: null, quality: bad })
          : source.kind === 'given'
            ? { value: source.value, quality: good }
            : this.#values.get(name);
      const held = this.state.forces.find(({ tag, until }) => tag === name && until > this.wall);
      const said = held === undefined ? seen : { value: held.value, quality: goodLocalOverride };
      const sourceTime = utcMs(utc - (this.ages.get(name) ?? 0));
      if (said !== undefined)
        samples.set(name, { tag: tagName(skidName('QD-1'), name), ...said, sourceTime, serverTime: utc });
    }
    return samples;
  }

  scan(): GuardScan {
    return {
      utc: this.utc(),
      monotonic: monotonic(this.wall),
      process: processTime(this.now),
      samples: this.samples(),
      fieldDemand: this.fieldDemand,
      asked: this.asked,
      leaving: this.leaving,
      commanded: this.commanded,
      firstOutRow: this.firstOutRow,
      batch: this.batch,
    };
  }

  /** One scan, then the clock goes on to the next. */
  step(): GuardVerdict {
    const { state, verdict, events } = step(this.skid, this.state, this.scan());
    this.state = state;
    this.verdict = verdict;
    this.events.push(...events);
    this.now += this.scanMs;
    this.wall += 100;
    return verdict;
  }

  run(ms: number): GuardVerdict {
    for (let end = this.now + ms; this.now < end;) this.step();
    return this.verdict;
  }

  reset(commandId = 'reset-1'): readonly string[] {
    const { state, verdict, events, refusedBy } = stepReset(this.skid, this.state, this.scan(), person, commandId);
    this.state = state;
    this.verdict = verdict;
    this.events.push(...events);
    return refusedBy;
  }

  /** The gateway lets go of the field, which leaves its safe state. */
  letGo(): GuardVerdict {
    this.leaving = true;
    this.fieldDemand = 'none';
    this.step();
    this.leaving = false;
    return this.verdict;
  }

  /** The skid after boot, its 60 s and a reset: nothing stands against running. */
  released(): this {
    this.scanMs = 1000;
    this.run(62_000);
    this.scanMs = 100;
    const refusedBy = this.reset('boot');
    if (refusedBy.length > 0) throw new Error(`the plant of a test is not well: ${refusedBy.join(' ')}`);
    this.letGo();
    this.events = [];
    return this;
  }

  causes(): string[] {
    return this.verdict.causes.map(({ title }) => title);
  }

  told(action: GuardEvent['action']): GuardEvent[] {
    return this.events.filter((event) => event.action === action);
  }
}
