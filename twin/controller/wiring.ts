/** What is wired past the field controller: it acts whatever the controller moves, and whether or not its contact says so. */
import type { Faults } from '../faults/faults.ts';
import { perPump } from '../skid/parameters.ts';
import type { ControllerOutputs } from '../skid/signals.ts';

const noFlow: ControllerOutputs['flowMlPerMin'] = perPump(() => 0);

/**
 * What reaches the field of what the controller moves. Without air or power, or with the emergency stop pressed, feeds and heaters have
 * no supply and springs bring the valves to their safe side; cooling stays on, and the regulator keeps its pressure by itself.
 */
export const wired = (outputs: ControllerOutputs, faults: Faults): ControllerOutputs =>
  faults.emergencyStop || faults.airLost
    ? {
        ...outputs,
        flowMlPerMin: noFlow,
        deEnergised: true,
        heaterEnabled: false,
        heaterW: 0,
        jacketCooling: 1,
        outletCooling: true,
        stage1C: null,
        shellC: null,
        diverter: 'waste',
        flushLiquid: 'water',
        // It has no spring: without air it stays where it is.
        wasteTo: faults.airLost ? 'stays' : outputs.wasteTo,
      }
    : outputs;
