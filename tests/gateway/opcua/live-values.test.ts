import fc from 'fast-check';
import type { DataValue, UAVariable } from 'node-opcua';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LiveValues } from '../../../gateway/opcua/live/live-values.ts';
import { pack, unpack, type Shown, type ShownValue } from '../../../gateway/opcua/live/packed-values.ts';
import { badDecodingError, badNoCommunication, badWaitingForInitialData, good } from '../../../plant/quality.ts';
import { HandClock } from '../support/house.ts';
import { analyserSkid } from './support/analyser-skid.ts';
import { builtSpace, ownNodes, type BuiltSpace } from './support/built-space.ts';

let space: BuiltSpace;
let clock: HandClock;
let values: LiveValues;

beforeAll(async () => {
  space = await builtSpace([analyserSkid('QD-1')]);
});
afterAll(() => space.addressSpace.dispose());
beforeEach(() => {
  clock = new HandClock();
  values = new LiveValues(space.skids, clock);
});

const variable = (id: string): UAVariable => ownNodes(space).get(id) as UAVariable;
const shown = (id: string): DataValue => variable(id).readValue();
const numberOf = (id: string): number => {
  const { tags, facts } = space.skids[0]!.plan;
  return [...tags, ...facts].findIndex(({ nodeId }) => nodeId === id);
};

const tell = (
  told: Readonly<Record<string, ShownValue>>,
  { quality = good, time = 5000, scanned = true } = {},
): void => {
  const latest: Shown[] = [];
  for (const [id, value] of Object.entries(told)) {
    latest[numberOf(id)] = { value, quality, sourceTime: time, serverTime: time + 1 };
  }
  const numbers = Object.keys(told).map(numberOf);
  values.take({ kind: 'values', skids: [{ skid: 0, scanned, ...pack(numbers, latest) }] });
};

const wait = (ms: number): void => {
  clock.now += ms;
  values.watch();
};

describe('a value', () => {
  it('waits for its first data, and then has its own quality and both its times', () => {
    expect(shown('QD-1/R201/TT-202').statusCode.value).toBe(badWaitingForInitialData);
    tell({ 'QD-1/R201/TT-202': 90.5 });
    const { value, statusCode, sourceTimestamp, serverTimestamp } = shown('QD-1/R201/TT-202');
    expect([value.value, statusCode.value, sourceTimestamp?.getTime(), serverTimestamp?.getTime()]).toEqual([
      90.5, 0, 5000, 5001,
    ]);
  });

  it('of the wrong type is no value', () => {
    tell({ 'QD-1/R201/TT-202': 'ninety' });
    expect(shown('QD-1/R201/TT-202').statusCode.value).toBe(badDecodingError);
    tell({ 'QD-1/PLC/firstOut': 1.5 });
    expect(shown('QD-1/PLC/firstOut').statusCode.value).toBe(badDecodingError);
  });

  it('is shown alike wherever it is shown', () => {
    tell({ 'QD-1/R201/TIC-201.SP': 155, 'QD-1/A401/AT-402': 588.2 });
    expect(shown('QD-1/R201/TIC-201.faceplate/SP').value.value).toBe(155);
    expect(shown('QD-1/A401/AT-402.function.SensorValue').value.value).toBe(588.2);
  });

  it('that only grew younger is told to who listens, and read by who does not', () => {
    const heard: DataValue[] = [];
    const listen = (value: DataValue): void => void heard.push(value);
    tell({ 'QD-1/R201/TT-202': 1 });
    variable('QD-1/R201/TT-202').on('value_changed', listen);
    tell({ 'QD-1/R201/TT-202': 1 }, { time: 6000 });
    variable('QD-1/R201/TT-202').off('value_changed', listen);
    expect(heard.map(({ sourceTimestamp }) => sourceTimestamp?.getTime())).toEqual([6000]);
    tell({ 'QD-1/R201/TT-202': 1 }, { time: 7000 });
    expect(shown('QD-1/R201/TT-202').sourceTimestamp?.getTime()).toBe(7000);
  });

  it('says its state in words, also one that has none', () => {
    tell({ 'QD-1/PLC/firstOut': 4 });
    expect(shown('QD-1/PLC/firstOut#ValueAsText').value.value).toMatchObject({ text: 'power-up' });
    tell({ 'QD-1/PLC/firstOut': 99 });
    expect(shown('QD-1/PLC/firstOut#ValueAsText').value.value).toMatchObject({ text: '99' });
  });
});

describe('silence', () => {
  it('turns what scans say Bad after 2 s, and what else is known as soon as nothing at all is heard', () => {
    tell({ 'QD-1/R201/TT-202': 90, 'QD-1.Batch.Id': 'B-1', 'QD-1.Local': false });
    wait(1999);
    expect(shown('QD-1/R201/TT-202').statusCode.value).toBe(0);
    tell({ 'QD-1.Batch.Id': 'B-2' }, { scanned: false });
    wait(1);
    for (const id of ['QD-1/R201/TT-202', 'QD-1.Local']) {
      expect(shown(id).statusCode.value).toBe(badNoCommunication);
    }
    expect(shown('QD-1/R201/TT-202')).toMatchObject({ value: { value: 90 }, sourceTimestamp: new Date(5000) });
    expect(shown('QD-1.Batch.Id')).toMatchObject({ value: { value: 'B-2' }, statusCode: { value: 0 } });
    expect(values.hears).toBe(false);
    wait(2000);
    expect(shown('QD-1.Batch.Id').statusCode.value).toBe(badNoCommunication);
  });

  it('ends with the next scan, with every value as it was or is now', () => {
    tell({ 'QD-1/R201/TT-202': 90, 'QD-1/R201/TT-201A': 91, 'QD-1.Batch.Id': 'B-1' });
    wait(2000);
    tell({ 'QD-1/R201/TT-202': 92 });
    expect(shown('QD-1/R201/TT-202')).toMatchObject({ value: { value: 92 }, statusCode: { value: 0 } });
    expect(shown('QD-1/R201/TT-201A')).toMatchObject({ value: { value: 91 }, statusCode: { value: 0 } });
    expect(shown('QD-1.Batch.Id').statusCode.value).toBe(0);
    expect(values.hears).toBe(true);
  });

  it('turns the curve of a spectrum Bad too, until the skid is heard of again', () => {
    const [spectrum] = space.skids[0]!.spectra;
    const curve = () => variable(spectrum!.plan.nodeId).readValue();
    const [x, y] = [new Float64Array([1, 2]), new Float64Array([3, 4])];
    const about = {
      skid: space.skids[0]!.plan.name,
      spectrum: spectrum!.plan.nodeId,
      origin: '',
      digest: '',
      facts: {},
    };
    tell({});
    spectrum!.show({ kind: 'spectrum', ...about, x, y, quality: good, sourceTime: 4000, serverTime: 4001 });
    wait(2000);
    expect(curve().statusCode.value).toBe(badNoCommunication);
    expect([...(curve().value.value as Float64Array)]).toEqual([3, 4]);
    tell({});
    expect(curve().statusCode.value).toBe(good);
    expect([curve().sourceTimestamp?.getTime(), curve().serverTimestamp?.getTime()]).toEqual([4000, 4001]);
  });

  it('is not broken by what is no scan: a tag stays Bad', () => {
    tell({ 'QD-1/R201/TT-202': 90 });
    wait(2000);
    tell({ 'QD-1/R201/TT-202': 93 }, { scanned: false });
    expect(shown('QD-1/R201/TT-202').statusCode.value).toBe(badNoCommunication);
  });
});

describe('values between the threads', () => {
  it('arrive as they were sent', () => {
    const value: fc.Arbitrary<ShownValue> = fc.oneof(
      fc.double(),
      fc.boolean(),
      fc.string(),
      fc.constant(null),
      fc.array(fc.string(), { maxLength: 3 }),
    );
    const one = fc.record({ value, quality: fc.nat(0xffff_ffff), sourceTime: fc.nat(), serverTime: fc.nat() });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 20 }), (sent) => {
        const packed = pack([...sent.keys()], sent);
        const got: Shown[] = [];
        unpack(structuredClone(packed, { transfer: [packed.values.buffer] }), (number, value_, ...rest) => {
          got[number] = { value: value_, quality: rest[0], sourceTime: rest[1], serverTime: rest[2] };
        });
        expect(got).toEqual(sent);
      }),
    );
  });
});
