/**
 * What a client may set, and when. All of a request is taken or none of it.
 *
 * In a safe state nothing that runs the skid is taken: a flow, a reactor temperature or product is answered with exception 4
 * (server device failure), their zeros are taken. The back pressure may always be raised; it is let down in step 0, or where
 * every wetted temperature is known and below 90 °C.
 */
import type { Monotonic } from '../../plant/clock.ts';
import { illegalDataValue, serverDeviceFailure, type ExceptionCode } from '../modbus/bank.ts';
import { flushAgents } from '../skid/deposits.ts';
import type { PumpName } from '../skid/parameters.ts';
import type { Readings } from '../skid/signals.ts';
import { isCold } from './step.ts';
import type { ControllerState, LoopMode } from './state.ts';
import { everyMeasure, knownRequests } from './steps.ts';

/**
 * With the key switch in Local the set points are the panel's: those of the service are answered with exception 4, but for a
 * back pressure that is raised and the diverter's way to waste. Its request with the row behind it, its measures, its reset pulse and its heartbeat are taken.
 *
 * @param now wall time, for the watchdog
 */
export function writeController(
  state: ControllerState,
  changes: ReadonlyMap<string, number>,
  readings: Readings,
  now: Monotonic,
): ControllerState | ExceptionCode {
  let next = state;
  for (const [name, value] of changes) {
    const written = writeOne(next, name, value, readings, now);
    if (typeof written === 'number') return written;
    next = written;
  }
  return next;
}

const flowPoints: ReadonlyMap<string, PumpName> = new Map([
  ['chalcogenFlowSetpoint', 'chalcogen'],
  ['cadmiumFlowSetpoint', 'cadmium'],
  ['ligandFlowSetpoint', 'ligand'],
  ['flushFlowSetpoint', 'flush'],
  ['shellFlowSetpoint', 'shell'],
]);

/** Every point that `writeController` takes. */
export const writtenPoints: ReadonlySet<string> = new Set([
  'serviceHeartbeat',
  'safeStateRequest',
  'resetPulse',
  'diverterCommand',
  'measureRequest',
  'requestRow',
  'flushLiquid',
  'reactorSetpoint',
  'reactorRampRate',
  'stage1Setpoint',
  'shellSetpoint',
  'chalcogenRatioSetpoint',
  'backPressureSetpoint',
  ...flowPoints.keys(),
]);

function writeOne(
  state: ControllerState,
  name: string,
  value: number,
  readings: Readings,
  now: Monotonic,
): ControllerState | ExceptionCode {
  const { setpoints } = state;
  const mayRun = state.step === 0;
  if (state.local && !takenInLocal(state, name, value)) return serverDeviceFailure;
  const pump = flowPoints.get(name);
  if (pump !== undefined) {
    if (!mayRun && value !== 0) return serverDeviceFailure;
    return { ...state, setpoints: { ...setpoints, flowMlPerMin: { ...setpoints.flowMlPerMin, [pump]: value } } };
  }
  switch (name) {
    case 'serviceHeartbeat':
      return value === state.heartbeat ? state : { ...state, heartbeat: value, heartbeatChanged: now };
    case 'safeStateRequest':
      return knownRequests.has(value) ? { ...state, request: value } : illegalDataValue;
    case 'measureRequest':
      return Number.isInteger(value) && value >= 0 && value <= everyMeasure
        ? { ...state, measuresAsked: value }
        : illegalDataValue;
    case 'requestRow':
      return { ...state, requestRow: value };
    case 'resetPulse':
      return { ...state, resetPulse: value, resetEdge: state.resetEdge || (state.resetPulse === 0 && value !== 0) };
    case 'diverterCommand':
      if (!mayRun && value !== 0) return serverDeviceFailure;
      return { ...state, setpoints: { ...setpoints, diverter: value === 0 ? 'waste' : 'product' } };
    case 'flushLiquid': {
      const flushLiquid = flushAgents[value];
      if (flushLiquid === undefined) return illegalDataValue;
      if (!mayRun && value !== 0) return serverDeviceFailure;
      return { ...state, setpoints: { ...setpoints, flushLiquid } };
    }
    case 'reactorSetpoint':
      if (!mayRun && value !== 0) return serverDeviceFailure;
      return { ...state, setpoints: { ...setpoints, reactorC: value }, mode: modeAfter(state, value) };
    case 'stage1Setpoint':
      if (!mayRun && value !== 0) return serverDeviceFailure;
      return { ...state, setpoints: { ...setpoints, stage1C: mayRun ? value : null } };
    case 'shellSetpoint':
      if (!mayRun && value !== 0) return serverDeviceFailure;
      return { ...state, setpoints: { ...setpoints, shellC: value } };
    case 'chalcogenRatioSetpoint':
      if (!mayRun) return value === 0 ? state : serverDeviceFailure;
      return { ...state, setpoints: { ...setpoints, chalcogenRatio: value } };
    case 'reactorRampRate':
      return { ...state, rampCPerMin: value };
    case 'backPressureSetpoint':
      if (!mayRun && value < state.backPressureBarG && !isCold(readings)) return serverDeviceFailure;
      return { ...state, backPressureBarG: value };
    default:
      return serverDeviceFailure;
  }
}

const takenInLocal = ({ backPressureBarG }: ControllerState, name: string, value: number): boolean =>
  wordPoints.has(name) ||
  (name === 'diverterCommand' && value === 0) ||
  (name === 'backPressureSetpoint' && value >= backPressureBarG);

const wordPoints: ReadonlySet<string> = new Set([
  'serviceHeartbeat',
  'safeStateRequest',
  'measureRequest',
  'requestRow',
  'resetPulse',
]);

/** Whoever gives the set point has the loop; a person's hand keeps it until they give it back. */
const modeAfter = ({ mode }: ControllerState, setpointC: number): LoopMode =>
  mode === 'manual' ? 'manual' : setpointC > 0 ? 'remote' : 'auto';
