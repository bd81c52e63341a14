/**
 * The phases that procedures are made of: arguments, line states, what they set and what they need. The order in which they
 * stand here is the order of a run.
 */
import type { ArgumentForm, PhaseForm } from './phase-form.ts';
import type { SetPointName } from './roles.ts';

const feeds = ['chalcogen', 'cadmium', 'ligand', 'flush'] as const satisfies readonly SetPointName[];
const feedsAndHeat = [...feeds, 'temperature', 'stage1'] as const satisfies readonly SetPointName[];
const all: readonly SetPointName[] = [
  ...feedsAndHeat,
  'shell',
  'shellTemperature',
  'ramp',
  'backPressure',
  'diverter',
  'chalcogenRatio',
];

const seconds = (more: Partial<Extract<ArgumentForm, { kind: 'quantity' }>> = {}): ArgumentForm => ({
  kind: 'quantity',
  unit: 's',
  least: 1,
  ...more,
});

/** How far values may lie from where the recipe wants them. */
const bands: Readonly<Record<string, ArgumentForm>> = {
  temperatureBand: { kind: 'quantity', unit: 'K', difference: true, least: 0.2, most: 20, default: 2 },
  pressureBand: { kind: 'quantity', unit: 'bar', difference: true, least: 0.1, most: 5, default: 1 },
  flowBand: { kind: 'quantity', unit: '%', least: 0.5, most: 50, default: 5 },
};
const flowBand: ArgumentForm = { kind: 'quantity', unit: '%', least: 0.5, most: 50, default: 10 };
const tau = (more: Partial<Extract<ArgumentForm, { kind: 'quantity' }>>): ArgumentForm => ({
  kind: 'quantity',
  unit: 'tau',
  ...more,
});
/** How long an answer of an analysis or of a person is waited for. */
const patience = (defaultS: number): ArgumentForm => seconds({ most: 86_400, default: defaultS });

type Part = Pick<PhaseForm, 'name' | 'title' | 'begins' | 'leaves'> & Partial<PhaseForm>;

const phase = (part: Part): PhaseForm => ({
  arguments: {},
  sets: [],
  needs: [],
  uses: [],
  proves: false,
  asks: false,
  ...part,
});

const forms: readonly PhaseForm[] = [
  phase({
    name: 'line-clearance',
    title: 'Line clearance',
    arguments: {
      items: {
        kind: 'list',
        of: null,
        default: [
          'Nothing of another batch is left at the skid: no material, no container, no label, no paper',
          'The enclosure is closed and its extraction runs',
          'Feeds, product container and waste are connected, and labelled as the recipe says',
        ],
      },
      within: patience(3600),
    },
    begins: ['unknown'],
    leaves: 'clear',
    asks: true,
  }),
  phase({
    name: 'leak-test',
    title: 'Leak and pressure test',
    arguments: {
      pressure: { kind: 'quantity', unit: 'bar(g)', least: 0.5 },
      for: seconds(),
      drop: { kind: 'quantity', unit: 'bar', difference: true, least: 0.01, most: 5, default: 0.5 },
      flow: { kind: 'quantity', unit: 'mL/min', least: 1, default: 20 },
    },
    begins: ['clear'],
    leaves: 'tested',
    sets: all,
  }),
  phase({
    name: 'prime',
    title: 'Prime',
    arguments: { for: seconds({ default: 60 }), flowBand },
    begins: ['tested', 'primed'],
    leaves: 'primed',
    sets: all,
  }),
  phase({
    name: 'heat-up',
    title: 'Heat up under back pressure',
    arguments: {
      to: { kind: 'quantity', unit: '°C', least: 30, most: 300 },
      ramp: { kind: 'quantity', unit: '°C/min', least: 0.5, most: 60 },
      pressure: { kind: 'quantity', unit: 'bar(g)', least: 0.5, words: ['boiling margin'], word: 'boiling margin' },
      band: { kind: 'quantity', unit: 'K', difference: true, least: 0.2, most: 20, default: 2 },
    },
    begins: ['primed', 'hot'],
    leaves: 'hot',
    sets: all,
    proves: true,
  }),
  phase({
    name: 'stage-1',
    title: 'Stage 1: chalcogen to the phosphine',
    arguments: {
      temperature: { kind: 'quantity', unit: '°C', least: 20, most: 95 },
      band: { kind: 'quantity', unit: 'K', difference: true, least: 0.2, most: 20, default: 3 },
      hold: tau({ least: 0.5, most: 100, default: 2 }),
      flowBand,
      until: { kind: 'limits' },
      within: patience(3600),
    },
    begins: ['hot'],
    leaves: 'fed',
    sets: [...feeds, 'stage1', 'chalcogenRatio', 'diverter'],
    needs: ['two-stage'],
    proves: true,
  }),
  phase({
    name: 'stage-2',
    title: 'Stage 2: cadmium comes in',
    arguments: { for: seconds({ default: 10 }), flowBand },
    begins: ['fed'],
    leaves: 'reacting',
    sets: [...feeds, 'diverter'],
    needs: ['two-stage'],
    proves: true,
  }),
  phase({
    name: 'shell',
    title: 'Shell',
    arguments: {
      temperature: { kind: 'quantity', unit: '°C', least: 30, most: 300 },
      band: { kind: 'quantity', unit: 'K', difference: true, least: 0.2, most: 20, default: 3 },
      for: seconds({ default: 30 }),
      flowBand,
    },
    begins: ['reacting', 'steady'],
    leaves: 'reacting',
    sets: ['shell', 'shellTemperature', 'diverter'],
    needs: ['shell'],
    proves: true,
  }),
  phase({
    name: 'steady-state',
    title: 'Steady-state proof',
    arguments: {
      hold: tau({ least: 1, most: 100 }),
      ...bands,
      until: { kind: 'limits' },
      outlet: { kind: 'choice', of: ['waste'], default: 'waste' },
      within: patience(7200),
    },
    begins: ['reacting', 'steady'],
    leaves: 'steady',
    sets: ['diverter'],
    proves: true,
  }),
  phase({
    name: 'collect',
    title: 'Collect product',
    arguments: {
      until: { kind: 'choice', of: ['batch target'], default: 'batch target' },
      while: { kind: 'limits' },
      'when out of range': { kind: 'choice', of: ['divert', 'hold'], default: 'divert' },
      resumeAfter: tau({ least: 0.5, most: 100, default: 2 }),
      ...bands,
    },
    begins: ['steady'],
    leaves: 'steady',
    sets: ['diverter'],
    needs: ['diverter'],
    uses: ['product-line'],
  }),
  phase({
    name: 'sample',
    title: 'In-process sample',
    arguments: {
      tests: { kind: 'list', of: null },
      from: { kind: 'choice', of: ['outlet', 'stage 1', 'waste'], default: 'outlet' },
      volume: { kind: 'quantity', unit: 'mL', least: 0.1, most: 1000, default: 5 },
      within: patience(1800),
    },
    begins: 'any',
    leaves: null,
    asks: true,
  }),
  phase({
    name: 'instruct',
    title: 'Instruction',
    arguments: {
      text: { kind: 'text' },
      check: { kind: 'choice', of: ['none', 'second person'], default: 'none' },
      within: patience(1800),
    },
    begins: 'any',
    leaves: null,
    asks: true,
  }),
  phase({
    name: 'shutdown',
    title: 'Shutdown: flush, cool under pressure, depressurise',
    arguments: {
      flush: tau({ least: 3, most: 1000, default: 4 }),
      below: { kind: 'quantity', unit: '°C', least: 30, most: 85, default: 60 },
      pressure: { kind: 'quantity', unit: 'bar(g)', least: 0.2, most: 2, default: 1 },
    },
    begins: ['primed', 'hot', 'fed', 'reacting', 'steady', 'cold'],
    leaves: 'cold',
    sets: all,
  }),
  phase({
    name: 'fouling-flush',
    title: 'Fouling flush',
    arguments: {
      with: { kind: 'choice', of: ['water', 'oil', 'dilute acid'], default: 'water' },
      volume: { kind: 'quantity', unit: 'mL', least: 1, most: 1e6 },
      flow: { kind: 'quantity', unit: 'mL/min', least: 1, default: 40 },
      /** Clean when the flow resistance is no more than this; without it, when the volume has passed. */
      until: { kind: 'quantity', unit: '%', least: 100, most: 250, optional: true },
      /** Where the resistance does not come down to it within this volume, somebody has to look. */
      most: { kind: 'quantity', unit: 'mL', least: 1, most: 1e6, optional: true },
    },
    begins: ['cold', 'acid'],
    beginsInCleaning: ['unknown'],
    leaves: 'cold',
    sets: [...all, 'flushLiquid'],
    uses: ['waste-line'],
    variants: [
      { argument: 'with', is: 'oil', needs: ['flush-oil'], begins: ['cold'] },
      // Acid only where water has taken sulfide and selenide out, and water has to follow it.
      { argument: 'with', is: 'dilute acid', needs: ['flush-acid'], begins: ['cold', 'acid'], leaves: 'acid' },
    ],
  }),
];

export const phases: ReadonlyMap<string, PhaseForm> = new Map(forms.map((form) => [form.name, form]));

/** A phase that a checked recipe names. */
export function phaseNamed(name: string): PhaseForm {
  const form = phases.get(name);
  if (form === undefined) throw new RangeError(`phase ${name} of a checked recipe is not known`);
  return form;
}
