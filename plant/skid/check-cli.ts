/** `npm run skid:check -- FILE…`: says every fault of skid, device-model and site files, or what a sound one holds. */
import { resolve } from 'node:path';
import { describeFault, MesolineError } from '../errors.ts';
import { pointLength, type DeviceModel } from '../device-model.ts';
import type { SkidType } from './definition.ts';
import { loadDeviceModel } from './device-model-loader.ts';
import { countReadRequests } from './read-requests.ts';
import { loadSite } from './site.ts';
import { loadSkidType } from './skid-loader.ts';
import { Source } from './source.ts';

/** What a file holds, in one line. @throws MesolineError with all its faults */
function summary(file: string): string {
  const { value } = new Source(file, 'skid-file-invalid');
  const has = (key: string): boolean => typeof value === 'object' && value !== null && key in value;
  if (has('site') || has('skids')) {
    const { skids } = loadSite(file);
    return `site of ${counted(skids.length, 'skid')}: ${skids.map(({ name, type }) => `${name} (${type.type})`).join(', ')}`;
  }
  if (has('model') || has('registers')) return `device model: ${ofModels([loadDeviceModel(file)])}`;
  return `skid type: ${ofSkid(loadSkidType(file))}`;
}

const ofSkid = ({ devices, tags, interlocks, alarms }: SkidType): string =>
  [
    counted(devices.length, 'device'),
    counted(tags.length, 'tag'),
    counted(interlocks.length, 'interlock'),
    counted(alarms.length, 'alarm'),
    ofModels(devices.map(({ model }) => model)),
  ].join(', ');

function ofModels(models: readonly DeviceModel[]): string {
  const registers = new Set(
    models.flatMap(({ points }, device) =>
      points.flatMap(({ area, address, type }) =>
        Array.from({ length: pointLength[type] }, (_, i) => `${device} ${area} ${address + i}`),
      ),
    ),
  );
  const requests = models.reduce((sum, model) => sum + countReadRequests(model), 0);
  return `${counted(registers.size, 'register')}, ${counted(requests, 'read request')}`;
}

const counted = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`;

const files = process.argv.slice(2);
if (files.length === 0) {
  process.stderr.write('Name the files to check: npm run skid:check -- plant/skids/cdse.yaml\n');
  process.exitCode = 2;
}
for (const file of files) {
  const path = resolve(process.env['INIT_CWD'] ?? '.', file);
  try {
    process.stdout.write(`${file}: ${summary(path)}\n`);
  } catch (thrown) {
    if (!(thrown instanceof MesolineError)) throw thrown;
    for (const fault of thrown.faults) {
      process.stdout.write(`${describeFault(fault).replace(path, file)}\n`);
    }
    process.exitCode = 1;
  }
}
