import { readFileSync } from 'node:fs';
import {
  DataType,
  NodeClass,
  nodesets,
  SessionContext,
  type BaseNode,
  type ISessionContext,
  type UAMethod,
  type UAObject,
  type UAVariable,
} from 'node-opcua';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodesetsOf } from '../../../gateway/opcua/space/companion-models.ts';
import { packMlOf, packMlStates } from '../../../gateway/opcua/live/packml-view.ts';
import { planSkid } from '../../../gateway/opcua/plan/space-plan.ts';
import { batchStates } from '../../../plant/batch-view.ts';
import { localTag } from '../../../plant/sample.ts';
import { analyserSkid } from './support/analyser-skid.ts';
import { builtSpace, ownNodes, type BuiltSpace } from './support/built-space.ts';
import { plainSkid, skidOf } from './support/plant.ts';

let space: BuiltSpace;
let nodes: ReadonlyMap<string, BaseNode>;

beforeAll(async () => {
  space = await builtSpace([skidOf('QD-1'), analyserSkid('QD-2')]);
  nodes = ownNodes(space);
});

afterAll(() => space.addressSpace.dispose());

const node = (id: string): BaseNode => {
  const found = nodes.get(id);
  if (found === undefined) throw new Error(`there is no node ${id}`);
  return found;
};
const variable = (id: string): UAVariable => node(id) as UAVariable;
const typeOf = (id: string): string | null | undefined =>
  (node(id) as UAVariable | UAObject).typeDefinitionObj.browseName.name;
const children = (id: string): readonly string[] =>
  node(id)
    .findReferencesExAsObject('HierarchicalReferences')
    .map(({ browseName }) => browseName.name ?? '');

describe('the node ids of QD-1', () => {
  it('are those that clients have kept since the first release', () => {
    const known = readFileSync('tests/gateway/opcua/node-ids.txt', 'utf8').trim().split('\n');
    expect(known.length).toBeGreaterThan(250);
    const present = new Set([...nodes].map(([id, { nodeClass }]) => `${NodeClass[nodeClass]} s=${id}`));
    expect(known.filter((line) => !present.has(line))).toEqual([]);
  });

  it('are texts, each the same in the next start', async () => {
    const again = await builtSpace([skidOf('QD-1'), analyserSkid('QD-2')]);
    expect([...ownNodes(again).keys()].toSorted()).toEqual([...nodes.keys()].toSorted());
    expect([...nodes.keys()].filter((id) => /^\d+$/.test(id))).toEqual([]);
    again.addressSpace.dispose();
  });

  it('are refused where two things would have one', () => {
    const skid = skidOf('QD-1');
    const [first, ...others] = skid.type.tags;
    const tags = [{ ...first!, name: localTag('R201/TIC-201.faceplate') }, ...others];
    expect(() => planSkid({ ...skid, type: { ...skid.type, tags } })).toThrow(/QD-1\/R201\/TIC-201\.faceplate/);
  });

  it('want no time between samples: every change is reported', () => {
    const slow = [...nodes.values()].filter(
      (one) => one.nodeClass === NodeClass.Variable && (one as UAVariable).minimumSamplingInterval > 0,
    );
    expect(slow.map(({ nodeId }) => nodeId.toString())).toEqual([]);
  });
});

describe('a number', () => {
  it.each([
    ['AT-402', 'AnalogUnitRangeType', ['EURange', 'EngineeringUnits', 'InstrumentRange']],
    ['AX-403', 'DataItemType', []],
    ['AX-404', 'AnalogItemType', ['EURange']],
    ['AX-405', 'AnalogUnitType', ['EngineeringUnits']],
  ] as const)('%s is an %s', (name, type, properties) => {
    expect(typeOf(`QD-2/A401/${name}`)).toBe(type);
    expect(children(`QD-2/A401/${name}`)).toEqual(expect.arrayContaining([...properties]));
  });

  it('that is a text is a String', () => {
    expect(typeOf('QD-2/A401/AX-406')).toBe('DataItemType');
    expect(variable('QD-2/A401/AX-406').dataType.value).toBe(DataType.String);
  });
});

describe('a device', () => {
  it('is of DI, stands in its DeviceSet and says of which model it is', () => {
    const device = node('QD-1.Devices/PLC-1') as UAObject;
    expect(device.typeDefinitionObj.subtypeOfObj?.browseName.toString()).toMatch(/DeviceType$/);
    const index = space.addressSpace.getNamespaceIndex('http://opcfoundation.org/UA/DI/');
    const set = space.addressSpace.rootFolder.objects.getFolderElementByName('DeviceSet', index) as UAObject;
    expect(set.findReferencesExAsObject('Organizes').map(({ nodeId }) => nodeId.value)).toContain('QD-1.Devices/PLC-1');
    expect(variable('QD-1.Devices/PLC-1#DeviceModel').readValue().value.value).toBe('generic-skid-plc');
    expect(children('QD-1.Devices/PLC-1')).toEqual(
      expect.arrayContaining(['Manufacturer', 'Model', 'SerialNumber', 'SoftwareRevision', 'DeviceHealth', 'Local']),
    );
  });

  it('that analyses is of LADS, and so is the unit it stands in', () => {
    expect(typeOf('QD-2.Devices/RAM-7')).toBe('LADSDeviceType');
    expect(typeOf('QD-2/A401')).toBe('FunctionalUnitType');
    expect(typeOf('QD-2/R201')).toBe('BaseObjectType');
    const unitSet = node('QD-2.Devices/RAM-7')
      .findReferencesExAsObject('HasComponent')
      .find(({ browseName }) => browseName.name === 'FunctionalUnitSet');
    expect(unitSet?.findReferencesExAsObject('HasComponent').map(({ nodeId }) => nodeId.value)).toContain('QD-2/A401');
    expect(typeOf('QD-2/A401/AT-402.function')).toBe('AnalogScalarSensorFunctionType');
    expect(typeOf('QD-2/A401/AT-402.function.SensorValue')).toBe('AnalogUnitRangeType');
  });

  it('lets nobody call what its types bring along, such as a lock', () => {
    const brought = [...nodes]
      .filter(([id, { nodeClass }]) => nodeClass === NodeClass.Method && /RAM-7|A401/.test(id))
      .map(([, method]) => method as UAMethod);
    expect(brought.length).toBeGreaterThan(0);
    expect(
      brought.filter((method) => method.getExecutableFlag(SessionContext.defaultContext as ISessionContext)),
    ).toEqual([]);
  });
});

describe('a site without an analyser', () => {
  it('has no model loaded of which it has nothing', () => {
    expect(nodesetsOf([planSkid(plainSkid('QD-1'))])).toEqual([nodesets.standard, nodesets.di]);
    expect(nodesetsOf([planSkid(plainSkid('QD-1')), planSkid(analyserSkid('QD-2'))])).toContain(nodesets.lads);
  });
});

describe('a faceplate', () => {
  it('shows the parts of its controller under the usual names, each with the tag it takes', () => {
    expect(children('QD-1/R201/TIC-201.faceplate')).toEqual(
      expect.arrayContaining(['PV', 'SP', 'WSP', 'OP', 'Mode', 'ManualOutput', 'Tracking', 'Gain', 'IntegralTime']),
    );
    const tag = variable('QD-1/R201/TIC-201.faceplate/SP#Tag').readValue().value.value as BaseNode['nodeId'];
    expect(tag.value).toBe('QD-1/R201/TIC-201.SP');
    const unit = variable('QD-1/R201/TIC-201.faceplate/PV#EngineeringUnits').readValue().value.value as unknown;
    expect(unit).toMatchObject({ unitId: 4408652, displayName: { text: '°C' } });
    const organised = node('QD-1/R201/TIC-201.faceplate').findReferencesExAsObject('Organizes');
    expect(organised.map(({ nodeId }) => nodeId.value)).toContain('QD-1/R201/TIC-201.SP');
  });
});

describe('the view by PackML', () => {
  it('has a number for each of our states, two of ours never the same', () => {
    const numbers = batchStates.map((state) => packMlStates[packMlOf[state]]);
    expect(new Set(numbers).size).toBe(batchStates.length);
    expect(packMlStates[packMlOf.Running]).toBe(6);
    expect(packMlStates[packMlOf.Held]).toBe(11);
  });
});
