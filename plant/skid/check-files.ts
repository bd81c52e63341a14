/** Says every fault of skid, device-model, method and site files, told apart by their keys, or what a sound one holds. */
import { resolve } from 'node:path';
import { describeFault, MesolineError } from '../errors.ts';
import { lengthOf, type DeviceModel } from '../device-model.ts';
import type { MethodDefinition } from '../method/method.ts';
import { loadMethod } from '../method/method-loader.ts';
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
  if (has('method') || has('parameters')) return `method: ${ofMethod(loadMethod(file))}`;
  return `skid type: ${ofSkid(loadSkidType(file))}`;
}

const ofSkid = ({ devices, tags, analyses, interlocks, alarms }: SkidType): string =>
  [
    counted(devices.length, 'device'),
    counted(tags.length, 'tag'),
    ...(analyses.length > 0 ? [counted(analyses.length, 'analysis', 'analyses')] : []),
    counted(interlocks.length, 'interlock'),
    counted(alarms.length, 'alarm'),
    ofModels(devices.map(({ model }) => model)),
  ].join(', ');

/** With its whole digest, which an approval names. */
const ofMethod = ({ version, parameters, outputs, approvedBy, digest }: MethodDefinition): string =>
  [
    `${parameters.kind}, version ${version}`,
    counted(outputs.length, 'output'),
    approvedBy === null ? 'not approved' : `approved by ${approvedBy}`,
    digest,
  ].join(', ');

function ofModels(all: readonly DeviceModel[]): string {
  const models = all.filter((model) => model.protocol === 'modbus');
  const registers = new Set(
    models.flatMap(({ points }, device) =>
      points.flatMap((point) =>
        Array.from({ length: lengthOf(point) }, (_, i) => `${device} ${point.area} ${point.address + i}`),
      ),
    ),
  );
  const requests = models.reduce((sum, model) => sum + countReadRequests(model), 0);
  const others = all.filter((model) => model.protocol !== 'modbus');
  const points = others.reduce((sum, model) => sum + model.points.length, 0);
  const parts = [
    ...(models.length > 0 ? [counted(registers.size, 'register'), counted(requests, 'read request')] : []),
    ...(others.length > 0 ? [counted(points, 'point')] : []),
  ];
  return parts.join(', ');
}

const counted = (count: number, thing: string, things = `${thing}s`): string =>
  `${count} ${count === 1 ? thing : things}`;

/**
 * @param folder from which the files are named
 * @returns the exit code: 0 where all are sound, 1 where one is not, 2 where none is named
 */
export function checkFiles(files: readonly string[], folder: string, say: (line: string) => void): 0 | 1 | 2 {
  if (files.length === 0) {
    say('Name the files to check: npm run skid:check -- plant/skids/cdse.yaml');
    return 2;
  }
  let sound = true;
  for (const file of files) {
    const path = resolve(folder, file);
    try {
      say(`${file}: ${summary(path)}`);
    } catch (thrown) {
      if (!(thrown instanceof MesolineError)) throw thrown;
      for (const fault of thrown.faults) say(describeFault({ ...fault, where: fault.where.replace(path, file) }));
      sound = false;
    }
  }
  return sound ? 0 : 1;
}
