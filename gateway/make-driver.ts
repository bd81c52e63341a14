/** The driver of a device, by the protocol of its model. */
import type { DeviceModel } from '../plant/device-model.ts';
import type { Driver } from './driver.ts';
import type { DriverContext } from './driver-context.ts';
import { LineDevice } from './line/line-device.ts';
import { ModbusDevice } from './modbus/modbus-device.ts';
import { AnalyserDevice } from './opcua-client/analyser-device.ts';
import { FolderDevice } from './spectra/folder-device.ts';
import { SpinsolveDevice } from './spinsolve/spinsolve-device.ts';

/** @throws MesolineError where the device cannot be served as its model says */
export function makeDriver(model: DeviceModel, context: DriverContext): Driver {
  switch (model.protocol) {
    case 'modbus':
      return new ModbusDevice(model, context);
    case 'line':
      return new LineDevice(model, context);
    case 'opcua':
      return new AnalyserDevice(model, context);
    case 'spinsolve':
      return new SpinsolveDevice(model, context);
    case 'spectra-folder':
      return new FolderDevice(model, context);
  }
}
