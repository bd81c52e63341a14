/** A line as the engine sees it, without tags: what is set stands a scan later, and temperature and pressure follow at once. */
import type { Plan } from '../../../../plant/recipe/plan.ts';
import { setPointNames, type SetPointName, type SetPoints } from '../../../../plant/recipe/roles.ts';
import type { Demand } from '../../../../plant/safe-state.ts';
import type { SkidReading } from '../../../../control/batch/skid-reading.ts';

const feeds = ['chalcogen', 'cadmium', 'ligand', 'shell', 'flush'] as const;

export class Line {
  readonly set: Record<SetPointName, number>;
  demand: Demand = 'none';
  /** The field controller answers. */
  isThere = true;
  /** Its thermometers are Good. */
  isSeen = true;
  conversion: number | null = 97;
  collectedMl = 0;
  reactorC = 20;
  stage1C = 20;
  shellC = 20;
  readonly #volumeMl: number;

  constructor(plan: Plan) {
    this.#volumeMl = (plan.totalMlPerMin * plan.residenceTimeS) / 60;
    this.set = Object.fromEntries(setPointNames.map((name) => [name, 0])) as Record<SetPointName, number>;
  }

  get totalMlPerMin(): number {
    return feeds.reduce((sum, feed) => sum + this.set[feed], 0);
  }

  write(writes: SetPoints): void {
    if (this.demand === 'none') Object.assign(this.set, writes);
  }

  /** What the field controller does on entering a safe state: everything at zero, back pressure kept. */
  rest(demand: Demand): void {
    if (demand !== 'none' && demand !== 'B')
      for (const name of setPointNames) if (name !== 'backPressure') this.set[name] = 0;
    this.demand = demand;
  }

  pass(seconds: number): void {
    if (this.set.diverter === 1) this.collectedMl += (this.totalMlPerMin * seconds) / 60;
    const share = 1 - Math.exp(-seconds / 30);
    this.reactorC += ((this.set.temperature > 0 ? this.set.temperature : 20) - this.reactorC) * share;
    this.stage1C += ((this.set.stage1 > 0 ? this.set.stage1 : 20) - this.stage1C) * share;
    this.shellC += ((this.set.shellTemperature > 0 ? this.set.shellTemperature : 20) - this.shellC) * share;
  }

  read(): SkidReading {
    const at = <T>(value: T): T | null => (this.isThere ? value : null);
    const degrees = (value: number): number | null => (this.isThere && this.isSeen ? value : null);
    const flows = Object.fromEntries(feeds.map((feed) => [feed, at(this.set[feed])]));
    const pressure = this.totalMlPerMin > 0 || this.set.backPressure > 0 ? this.set.backPressure : 0;
    const reactor = degrees(this.reactorC);
    const hottest = Math.max(this.reactorC, this.stage1C, this.shellC);
    return {
      setPoints: Object.fromEntries(setPointNames.map((name) => [name, at(this.set[name])])),
      points: {
        ...flows,
        temperatureA: reactor,
        temperatureB: reactor,
        independent: reactor,
        outlet: degrees(25),
        pressureA: at(pressure),
        pressureB: at(pressure),
        diverter: at(this.set.diverter),
        collected: at(this.collectedMl),
        heater: at(this.set.temperature > 0 ? 1 : 0),
        stage1: degrees(this.stage1C),
        shellTemperature: degrees(this.shellC),
        feedPressure: at(pressure + 0.5),
        wasteVolume: at(0),
        wasteLevel: at(20),
        flushLiquid: at(this.set.flushLiquid),
      },
      readings: {
        reactorTemperature: reactor,
        stage1Temperature: degrees(this.stage1C),
        shellTemperature: degrees(this.shellC),
        outletTemperature: degrees(25),
        reactorPressure: at(pressure),
        feedPressure: at(pressure + 0.5),
        totalFlow: at(this.totalMlPerMin),
        chalcogenFlow: at(this.set.chalcogen),
        cadmiumFlow: at(this.set.cadmium),
        ligandFlow: at(this.set.ligand),
        flushFlow: at(this.set.flush),
        shellFlow: at(this.set.shell),
        collected: at(this.collectedMl),
        wasteVolume: at(0),
        wasteLevel: at(20),
        feedPh: at(10.5),
        wastePh: at(11),
        fouling: at(101),
        conversion: this.isThere ? this.conversion : null,
        emission: at(587),
        diameter: at(3.6),
        plqy: at(40),
        exciton: at(572),
        residenceTime: at(this.totalMlPerMin > 1 ? (60 * this.#volumeMl) / this.totalMlPerMin : 0),
      },
      hottestC: degrees(hottest),
      reactorVolumeMl: this.#volumeMl,
      shellVolumeMl: 0,
    };
  }
}
