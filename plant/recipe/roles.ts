/**
 * What recipes and phases speak of: set points and readings by what they do, whatever a skid calls its tags. Each has its
 * unit here, and how it is found in a skid type: by a point of the field controller, by what an analysis puts out, or by the
 * row of the cause-and-effect matrix that watches it.
 */

/** A set point of every skid that runs batches, with the field controller's point behind it. */
export const neededSetPoints = {
  chalcogen: { point: 'chalcogenFlowSetpoint', unit: 'mL/min' },
  cadmium: { point: 'cadmiumFlowSetpoint', unit: 'mL/min' },
  ligand: { point: 'ligandFlowSetpoint', unit: 'mL/min' },
  flush: { point: 'flushFlowSetpoint', unit: 'mL/min' },
  temperature: { point: 'reactorSetpoint', unit: '°C' },
  ramp: { point: 'reactorRampRate', unit: '°C/min' },
  backPressure: { point: 'backPressureSetpoint', unit: 'bar(g)' },
  /** 0 waste, 1 product. */
  diverter: { point: 'diverterCommand', unit: null },
} as const;

/** What not every skid has. */
export const fittedSetPoints = {
  /** Of the first stage. */
  stage1: { point: 'stage1Setpoint', unit: '°C' },
  /** Moles of chalcogen to one of phosphine, set between the two heads of the chalcogen feed. */
  chalcogenRatio: { point: 'chalcogenRatioSetpoint', unit: null },
  shell: { point: 'shellFlowSetpoint', unit: 'mL/min' },
  shellTemperature: { point: 'shellSetpoint', unit: '°C' },
  /** 0 water, 1 oil, 2 dilute acid. */
  flushLiquid: { point: 'flushLiquid', unit: null },
} as const;

export type NeededSetPoint = keyof typeof neededSetPoints;
export type FittedSetPoint = keyof typeof fittedSetPoints;
export type SetPointName = NeededSetPoint | FittedSetPoint;

export const setPointNames = [
  'chalcogen',
  'cadmium',
  'ligand',
  'shell',
  'flush',
  'temperature',
  'ramp',
  'backPressure',
  'diverter',
  'stage1',
  'chalcogenRatio',
  'shellTemperature',
  'flushLiquid',
] as const satisfies readonly SetPointName[];

/** Set points as a phase wants them, each in its own unit. */
export type SetPoints = Readonly<Partial<Record<SetPointName, number>>>;

/** What phases read of every skid, by the field controller's points. */
export const neededPoints = {
  chalcogen: { point: 'chalcogenFlow', unit: 'mL/min' },
  cadmium: { point: 'cadmiumFlow', unit: 'mL/min' },
  ligand: { point: 'ligandFlow', unit: 'mL/min' },
  flush: { point: 'flushFlow', unit: 'mL/min' },
  temperatureA: { point: 'reactorTemperatureA', unit: '°C' },
  temperatureB: { point: 'reactorTemperatureB', unit: '°C' },
  independent: { point: 'reactorTemperatureIndependent', unit: '°C' },
  outlet: { point: 'outletTemperature', unit: '°C' },
  pressureA: { point: 'reactorPressureA', unit: 'bar(g)' },
  pressureB: { point: 'reactorPressureB', unit: 'bar(g)' },
  diverter: { point: 'diverterPosition', unit: null },
  collected: { point: 'collectedVolume', unit: 'mL' },
  heater: { point: 'heaterEnabled', unit: null },
} as const;

export const fittedPoints = {
  shell: { point: 'shellFlow', unit: 'mL/min' },
  stage1: { point: 'stage1Temperature', unit: '°C' },
  shellTemperature: { point: 'shellTemperature', unit: '°C' },
  feedPressure: { point: 'feedPressure', unit: 'bar(g)' },
  wasteVolume: { point: 'wasteVolume', unit: 'mL' },
  wasteLevel: { point: 'wasteLevel', unit: '%' },
  flushLiquid: { point: 'flushLiquidOn', unit: null },
} as const;

export type NeededPoint = keyof typeof neededPoints;
export type FittedPoint = keyof typeof fittedPoints;
export type PointName = NeededPoint | FittedPoint;

type FoundBy =
  /** The largest, smallest or sum of what these points say. */
  | Readonly<{ kind: 'points'; by: 'max' | 'min' | 'sum'; of: readonly PointName[] }>
  /** The volume of the reactor by the flow through it, both hot. */
  | Readonly<{ kind: 'residence time' }>
  /** What an analysis puts out, and the capability of a skid whose instrument it stands for. */
  | Readonly<{ kind: 'analysis'; output: string; capability: string }>
  /** The channels of a row of the cause-and-effect matrix; the worst of them, as the row has it. */
  | Readonly<{ kind: 'row'; row: number; by: 'max' | 'min' }>;

export type ReadingForm = Readonly<{
  title: string;
  unit: string | null;
  /** What it can physically be, so that a condition that nothing can meet is told. */
  low: number;
  high: number;
  found: FoundBy;
}>;

const one = (of: PointName): FoundBy => ({ kind: 'points', by: 'max', of: [of] });
const analysed = (output: string, capability: string): FoundBy => ({ kind: 'analysis', output, capability });

const celsius = { unit: '°C', low: -50, high: 400 } as const;
const gauge = { unit: 'bar(g)', low: -1, high: 100 } as const;
const flow = { unit: 'mL/min', low: 0, high: 1000 } as const;
const volume = { unit: 'mL', low: 0, high: 1e9 } as const;
const percent = { unit: '%', low: 0, high: 110 } as const;
const nanometres = { unit: 'nm', low: 0, high: 2000 } as const;
const acidity = { unit: null, low: -1, high: 15 } as const;

/** What conditions, limits and phases may name, each in its own unit. */
export const readings = {
  reactorTemperature: {
    title: 'Reactor temperature',
    ...celsius,
    found: { kind: 'points', by: 'max', of: ['temperatureA', 'temperatureB'] },
  },
  stage1Temperature: { title: 'Stage 1 temperature', ...celsius, found: one('stage1') },
  shellTemperature: { title: 'Shell reactor temperature', ...celsius, found: one('shellTemperature') },
  outletTemperature: { title: 'Outlet temperature', ...celsius, found: one('outlet') },
  reactorPressure: {
    title: 'Reactor pressure',
    ...gauge,
    found: { kind: 'points', by: 'min', of: ['pressureA', 'pressureB'] },
  },
  feedPressure: { title: 'Feed pressure', ...gauge, found: one('feedPressure') },
  totalFlow: {
    title: 'Total flow through the reactor',
    ...flow,
    found: { kind: 'points', by: 'sum', of: ['chalcogen', 'cadmium', 'ligand', 'flush'] },
  },
  chalcogenFlow: { title: 'Chalcogen flow', ...flow, found: one('chalcogen') },
  cadmiumFlow: { title: 'Cadmium flow', ...flow, found: one('cadmium') },
  ligandFlow: { title: 'Ligand flow', ...flow, found: one('ligand') },
  flushFlow: { title: 'Flush flow', ...flow, found: one('flush') },
  shellFlow: { title: 'Shell flow', ...flow, found: one('shell') },
  collected: { title: 'Collected volume', ...volume, found: one('collected') },
  wasteVolume: { title: 'Volume to waste', ...volume, found: one('wasteVolume') },
  wasteLevel: { title: 'Waste level', ...percent, found: one('wasteLevel') },
  feedPh: { title: 'Feed pH', ...acidity, found: { kind: 'row', row: 18, by: 'min' } },
  wastePh: { title: 'Waste pH', ...acidity, found: { kind: 'row', row: 19, by: 'min' } },
  fouling: {
    title: 'Flow resistance against clean',
    unit: '%',
    low: 0,
    high: 1e5,
    found: { kind: 'row', row: 10, by: 'max' },
  },
  conversion: { title: 'Conversion of stage 1', ...percent, found: analysed('conversion', 'nmr-31p') },
  emission: { title: 'Emission maximum', ...nanometres, found: analysed('emissionMaximum', 'emission') },
  diameter: { title: 'Particle diameter', unit: 'nm', low: 0, high: 50, found: analysed('diameter', 'uv-vis') },
  plqy: { title: 'Quantum yield', ...percent, found: analysed('plqy', 'emission') },
  exciton: { title: 'First exciton', ...nanometres, found: analysed('firstExciton', 'uv-vis') },
  residenceTime: { title: 'Residence time', unit: 's', low: 0, high: 1e6, found: { kind: 'residence time' } },
} as const satisfies Readonly<Record<string, ReadingForm>>;

export type ReadingName = keyof typeof readings;

export const isReading = (name: string): name is ReadingName => Object.hasOwn(readings, name);
export const readingForm = (name: ReadingName): ReadingForm => readings[name];
export const readingNames: readonly string[] = Object.keys(readings);

/** What the chalcogen feed brings with it: the element that stands behind the phosphine, and the capability that a skid needs for it. */
export const chemistries = {
  sulfur: { element: 'S', gasRow: 5, gas: 'H2S' },
  selenium: { element: 'Se', gasRow: 6, gas: 'H2Se' },
  tellurium: { element: 'Te', gasRow: 6, gas: 'H2Te' },
} as const;
export type Chemistry = keyof typeof chemistries;
export const chemistryNames = ['sulfur', 'selenium', 'tellurium'] as const satisfies readonly Chemistry[];

/** The chemistry of a chalcogen feedstock by its name, such as `TCEP=Se`; null where it names none. */
export const chemistryOf = (feedstock: string): Chemistry | null =>
  chemistryNames.find((name) => feedstock.endsWith(`=${chemistries[name].element}`)) ?? null;

/** What skids of a site may share, by the capability by which recipes ask for it; analysers are capabilities of the skid too. */
export const sharedLines = ['feed-header', 'waste-line', 'product-line'] as const;
export const sharedAnalysers = ['nmr-31p', 'raman', 'uv-vis', 'emission'] as const;

/** Every capability that a recipe may need. */
export const capabilities: readonly string[] = [
  'two-stage',
  'diverter',
  'shell',
  'flush-oil',
  'flush-acid',
  ...chemistryNames,
  ...sharedAnalysers,
];
