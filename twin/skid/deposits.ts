/**
 * What stays behind on walls and windows. Deposits grow slowly with what could precipitate, most where it is hot; now and then a
 * piece of them lodges across the way, which is a step of the resistance. A flush takes them away, an oil slug or dilute acid faster.
 *
 * When a piece lodges is chance, but the same chance for the same seed: the resistance steps whenever the exposure so far passes the
 * next of a series of exponentially distributed marks.
 */
import { growthNm3PerS } from './growth.ts';
import type { PerPump, TwinParameters } from './parameters.ts';
import { probePlaces, type ProbePlace } from './probe.ts';

export const flushAgents = ['water', 'oil slug', 'dilute acid'] as const;
export type FlushAgent = (typeof flushAgents)[number];

export type DepositsState = Readonly<{
  seed: number;
  /** Hours at nominal supersaturation, and the mark at which the next piece lodges. */
  exposureH: number;
  nextBridgeH: number;
  bridges: number;
  /** Grown on each window, 0 to 1: how far it takes the light away. */
  film: Readonly<Record<ProbePlace, number>>;
  /** What stands in the vessel of the flush water, and how much of it is left before it is water again. */
  agent: FlushAgent;
  agentMl: number;
}>;

export type DepositsInput = Readonly<{
  flowMlPerMin: PerPump;
  totalMlPerMin: number;
  reactorC: number;
  /** Mol of ligand to a mol of cadmium where they enter; short of it, hydroxide precipitates. */
  ligandToCadmium: number;
  /** Which vessel the field controller has the flush pump draw from. */
  linedUp: FlushAgent;
}>;

export const initialDeposits = ({ fouling }: TwinParameters, seed: number): DepositsState => ({
  seed,
  exposureH: 0,
  nextBridgeH: waitingH(fouling.bridgesPerHour, seed, 0),
  bridges: 0,
  film: { stage1: 0, stage2: 0, shell: 0 },
  agent: 'water',
  agentMl: 0,
});

export type Deposited = Readonly<{
  deposits: DepositsState;
  /** What the flush pump gives. */
  agent: FlushAgent;
  /** Growth of the reactor's resistance in 1/h; negative where it is rinsed away. */
  foulingPerHour: number;
  /** By what the resistance is multiplied at once: 1, unless a piece lodged in this step. */
  step: number;
}>;

export function stepDeposits(
  parameters: TwinParameters,
  state: DepositsState,
  input: DepositsInput,
  dtS: number,
): Deposited {
  const { fouling } = parameters;
  const { flowMlPerMin: flow, totalMlPerMin, reactorC } = input;
  const hours = dtS / 3600;
  const isWaterLine = input.linedUp === 'water';
  const agentMl = isWaterLine ? Math.max(0, state.agentMl - (flow.flush * dtS) / 60) : state.agentMl;
  const inVessel = agentMl > 0 ? state.agent : 'water';
  const agent = isWaterLine ? inVessel : input.linedUp;
  const kept = { ...state, agent: inVessel, agentMl };
  if (totalMlPerMin <= 0) return { deposits: kept, agent, foulingPerHour: 0, step: 1 };

  const reactive = flow.cadmium + flow.chalcogen;
  if (reactive < 0.01 * totalMlPerMin && flow.flush > 0.5 * totalMlPerMin) {
    const times = agent === 'water' ? 1 : agent === 'oil slug' ? fouling.oilSlugTimes : fouling.acidTimes;
    const film = faded(state.film, fouling.filmRinsePerHour * times * hours);
    return { deposits: { ...kept, film }, agent, foulingPerHour: -fouling.rinsePerHour * times, step: 1 };
  }

  const evenness = reactive <= 0 ? 0 : (2 * Math.min(flow.cadmium, flow.chalcogen)) / reactive;
  const hydroxide =
    flow.cadmium > 0 && input.ligandToCadmium < 1 ? fouling.hydroxideTimes * (1 - input.ligandToCadmium) : 0;
  const supersaturation = evenness * ((1.5 * reactive) / totalMlPerMin) + hydroxide;
  const atTemperature = growthNm3PerS(parameters, reactorC) / growthNm3PerS(parameters, 160);
  const speed = hydroxide > 0 ? Math.max(1, atTemperature) : atTemperature;
  const exposureH = state.exposureH + supersaturation * speed * hours;
  const lodged = exposureH >= state.nextBridgeH;
  const bridges = state.bridges + (lodged ? 1 : 0);
  const grown = supersaturation * fouling.filmPerHour * hours;
  return {
    deposits: {
      seed: state.seed,
      exposureH,
      bridges,
      nextBridgeH: lodged ? exposureH + waitingH(fouling.bridgesPerHour, state.seed, bridges) : state.nextBridgeH,
      film: grown > 0 ? thickened(state.film, grown) : state.film,
      agent: inVessel,
      agentMl,
    },
    agent,
    foulingPerHour: fouling.growthPerHour * supersaturation * speed,
    step: lodged ? fouling.bridgeTimes : 1,
  };
}

/** The vessel of the flush water is given something else; when that is used up it gives water again. */
export const withFlushAgent = (state: DepositsState, agent: FlushAgent, ml: number): DepositsState => ({
  ...state,
  agent,
  agentMl: agent === 'water' ? 0 : ml,
});

const overPlaces = (of: (place: ProbePlace) => number): Readonly<Record<ProbePlace, number>> => {
  const [stage1, stage2, shell] = probePlaces;
  return { stage1: of(stage1), stage2: of(stage2), shell: of(shell) };
};

/** Light goes as exp(−thickness): a film that takes half takes half of the rest when it is twice as thick. The NMR has no window. */
const thickened = (film: DepositsState['film'], by: number): DepositsState['film'] =>
  overPlaces((place) => (place === 'stage1' ? film[place] : 1 - (1 - film[place]) * Math.exp(-by)));

const faded = (film: DepositsState['film'], by: number): DepositsState['film'] =>
  overPlaces((place) => film[place] * Math.exp(-by));

/** How long until the next piece, in h of exposure: exponentially distributed, told by the seed and how many there were. */
function waitingH(perHour: number, seed: number, bridges: number): number {
  if (perHour <= 0) return Number.MAX_VALUE;
  let hash = Math.imul(seed ^ 0x9e3779b1, 0x85ebca77) ^ Math.imul(bridges + 1, 0xc2b2ae3d);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  const uniform = (((hash ^ (hash >>> 16)) >>> 0) + 0.5) / 0x1_0000_0000;
  return -Math.log(uniform) / perHour;
}
