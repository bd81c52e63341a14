/** What the line says at each point of the register map of a field controller. */
import { loopModes } from './controller/state.ts';
import type { LineState } from './line.ts';
import type { TwinParameters } from './skid/parameters.ts';
import { isRunning } from './skid/pumps.ts';
import { pumpsInput } from './skid/process.ts';

type Reader = (line: LineState, parameters: TwinParameters) => number;

const bit = (value: boolean): number => (value ? 1 : 0);
const runs =
  (pump: 'chalcogen' | 'cadmium' | 'ligand' | 'flush'): Reader =>
  ({ process, outputs, faults }) =>
    bit(isRunning(process.pumps, pumpsInput(outputs, faults), pump));

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['serviceHeartbeat', ({ controller }) => controller.heartbeat],
  ['safeStateRequest', ({ controller }) => controller.request],
  ['resetPulse', ({ controller }) => controller.resetPulse],
  ['diverterCommand', ({ controller }) => bit(controller.setpoints.diverter === 'product')],
  ['reactorSetpoint', ({ controller }) => controller.setpoints.reactorC],
  ['reactorRampRate', ({ controller }) => controller.rampCPerMin],
  ['backPressureSetpoint', ({ controller }) => controller.backPressureBarG],
  ['chalcogenFlowSetpoint', ({ controller }) => controller.setpoints.flowMlPerMin.chalcogen],
  ['cadmiumFlowSetpoint', ({ controller }) => controller.setpoints.flowMlPerMin.cadmium],
  ['ligandFlowSetpoint', ({ controller }) => controller.setpoints.flowMlPerMin.ligand],
  ['flushFlowSetpoint', ({ controller }) => controller.setpoints.flowMlPerMin.flush],

  ['controllerHeartbeat', ({ cycle }) => cycle % 0x1_0000],
  ['safeStateStep', ({ controller }) => controller.step],
  ['firstOut', ({ controller }) => controller.firstOut],
  ['diverterPosition', ({ readings }) => bit(readings.diverter === 'product')],
  ['pumpRunning.chalcogen', runs('chalcogen')],
  ['pumpRunning.cadmium', runs('cadmium')],
  ['pumpRunning.ligand', runs('ligand')],
  ['pumpRunning.flush', runs('flush')],
  ['heaterEnabled', ({ outputs }) => bit(outputs.heaterEnabled)],
  ['coolingOn', ({ outputs }) => bit(outputs.outletCooling)],
  ['reactorTracking', ({ controller }) => bit(controller.step !== 0)],
  ['localRemote', ({ controller }) => bit(controller.local)],
  ['reactorTemperatureA', ({ readings }) => readings.temperatureC.A],
  ['reactorTemperatureB', ({ readings }) => readings.temperatureC.B],
  ['reactorTemperatureIndependent', ({ readings }) => readings.temperatureC.independent],
  ['reactorWorkingSetpoint', ({ controller }) => controller.loop.workingC],
  ['outletTemperature', ({ readings }) => readings.temperatureC.outlet],
  ['heaterOutput', ({ outputs }, { heater }) => (100 * outputs.heaterW) / heater.maximumW],
  ['reactorPressureA', ({ readings }) => readings.pressureBarG.A],
  ['reactorPressureB', ({ readings }) => readings.pressureBarG.B],
  ['reactorPressureC', ({ readings }) => readings.pressureBarG.C],
  ['feedPressure', ({ readings }) => readings.pressureBarG.feed],
  ['chalcogenFlow', ({ readings }) => readings.flowMlPerMin.chalcogen],
  ['cadmiumFlow', ({ readings }) => readings.flowMlPerMin.cadmium],
  ['ligandFlow', ({ readings }) => readings.flowMlPerMin.ligand],
  ['flushFlow', ({ readings }) => readings.flowMlPerMin.flush],
  ['emissionPeak', ({ readings }) => readings.emissionNm],
  ['particleSize', ({ readings }) => readings.diameterNm],
  ['collectedVolume', ({ process }) => process.outlet.collectedMl],
  ['wasteVolume', ({ process }) => process.outlet.wasteMl],
  ['wasteLevel', ({ readings }) => readings.wasteLevelPercent],
  ['sampleCounter', ({ cycle }) => cycle % 0x1_0000_0000],
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
