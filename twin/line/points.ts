/** What the line says at each point of the register map of a field controller. */
import { measure } from '../controller/steps.ts';
import { flushAgents } from '../skid/deposits.ts';
import { loopModes, stage1SetpointC } from '../controller/state.ts';
import type { LineState } from './line.ts';
import type { PumpName, TwinParameters } from '../skid/parameters.ts';
import { isRunning } from '../skid/pumps.ts';
import { pumpsInput } from '../skid/process.ts';
import { contactPoints, readingOf, type InstrumentPoint } from '../skid/signals.ts';

type Reader = (line: LineState, parameters: TwinParameters) => number;

const bit = (value: boolean): number => (value ? 1 : 0);
const runs =
  (pump: PumpName): Reader =>
  ({ process, outputs, faults }) =>
    bit(isRunning(process.pumps, pumpsInput(outputs, faults), pump));

/** The instruments wired to the controller's own input cards. */
const wired: readonly InstrumentPoint[] = [
  'reactorTemperatureA',
  'reactorTemperatureB',
  'reactorTemperatureIndependent',
  'outletTemperature',
  'stage1Temperature',
  'shellTemperature',
  'reactorPressureA',
  'reactorPressureB',
  'reactorPressureC',
  'feedPressure',
  'chalcogenFlow',
  'cadmiumFlow',
  'ligandFlow',
  'flushFlow',
  'shellFlow',
  'wasteLevel',
  'airVelocity.A',
  'airVelocity.B',
  'enclosurePressure.A',
  'enclosurePressure.B',
  ...contactPoints,
];

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ...wired.map((point): [string, Reader] => [point, ({ image }) => readingOf(image, point)]),
  ['serviceHeartbeat', ({ controller }) => controller.heartbeat],
  ['safeStateRequest', ({ controller }) => controller.request],
  ['resetPulse', ({ controller }) => controller.resetPulse],
  ['diverterCommand', ({ controller }) => bit(controller.setpoints.diverter === 'product')],
  ['measureRequest', ({ controller }) => controller.measuresAsked],
  ['requestRow', ({ controller }) => controller.requestRow],
  ['flushLiquid', ({ controller }) => flushAgents.indexOf(controller.setpoints.flushLiquid)],
  ['reactorSetpoint', ({ controller }) => controller.setpoints.reactorC],
  ['reactorRampRate', ({ controller }) => controller.rampCPerMin],
  ['backPressureSetpoint', ({ controller }) => controller.backPressureBarG],
  ['chalcogenFlowSetpoint', ({ controller }) => controller.setpoints.flowMlPerMin.chalcogen],
  ['cadmiumFlowSetpoint', ({ controller }) => controller.setpoints.flowMlPerMin.cadmium],
  ['ligandFlowSetpoint', ({ controller }) => controller.setpoints.flowMlPerMin.ligand],
  ['flushFlowSetpoint', ({ controller }) => controller.setpoints.flowMlPerMin.flush],
  ['shellFlowSetpoint', ({ controller }) => controller.setpoints.flowMlPerMin.shell],
  ['stage1Setpoint', ({ controller }) => stage1SetpointC(controller.setpoints)],
  ['shellSetpoint', ({ controller }) => controller.setpoints.shellC],
  ['chalcogenRatioSetpoint', ({ controller }) => controller.setpoints.chalcogenRatio],

  ['controllerHeartbeat', ({ turns }) => turns % 0x1_0000],
  ['safeStateStep', ({ controller }) => controller.step],
  ['firstOut', ({ controller }) => controller.firstOut],
  [
    'measuresHeld',
    // Of the waste the valve's own end switch says so.
    ({ controller, image }) =>
      (image.wasteOn === 'standby' ? measure.divertWaste : 0) | (controller.measures & measure.blockAcid),
  ],
  ['firstOutRow', ({ controller }) => controller.firstOutRow],
  ['flushLiquidOn', ({ outputs }) => flushAgents.indexOf(outputs.flushLiquid)],
  ['diverterPosition', ({ image }) => bit(image.diverter === 'product')],
  ['pumpRunning.chalcogen', runs('chalcogen')],
  ['pumpRunning.cadmium', runs('cadmium')],
  ['pumpRunning.ligand', runs('ligand')],
  ['pumpRunning.flush', runs('flush')],
  ['pumpRunning.shell', runs('shell')],
  ['heaterEnabled', ({ outputs, process }) => bit(outputs.heaterEnabled && !process.heat.cutOut)],
  ['coolingOn', ({ outputs }) => bit(outputs.outletCooling)],
  ['reactorTracking', ({ controller }) => bit(controller.step !== 0)],
  ['localRemote', ({ controller }) => bit(controller.local)],
  ['extractionAtMaximum', ({ outputs }) => bit(outputs.extractionAtMaximum)],
  ['reactorWorkingSetpoint', ({ controller }) => controller.loop.workingC],
  ['heaterOutput', ({ outputs }, { heater }) => (100 * outputs.heaterW) / heater.maximumW],
  ['collectedVolume', ({ process }) => process.outlet.collectedMl],
  ['wasteVolume', ({ process }) => process.outlet.wasteMl],
  ['sampleCounter', ({ turns }) => turns % 0x1_0000_0000],
  ['reactorMode', ({ controller }) => loopModes.indexOf(controller.mode)],
  ['reactorManualOutput', ({ controller }) => controller.manualPercent],
  // The share of the heater's full power for each kelvin.
  ['reactorGain', (_line, { fieldController, heater }) => (100 * fieldController.gainWPerK) / heater.maximumW],
  ['reactorIntegral', (_line, { fieldController }) => fieldController.integralS],
  // The loop has no derivative part.
  ['reactorDerivative', () => 0],
]);

/** Names of the points the twin can serve. */
export const servedPoints: ReadonlySet<string> = new Set(readers.keys());

export const readPoint = (line: LineState, parameters: TwinParameters, name: string): number =>
  readers.get(name)?.(line, parameters) ?? Number.NaN;
