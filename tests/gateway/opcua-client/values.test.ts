import { DataType, DataValue, StatusCodes, Variant, VariantArrayType } from 'node-opcua';
import { describe, expect, it } from 'vitest';
import { parseNodeItem } from '../../../gateway/opcua-client/node-item.ts';
import { abscissae, axisOf, faultOfCurve, numbersOf, pointNews } from '../../../gateway/opcua-client/values.ts';
import { badDecodingError } from '../../../plant/quality.ts';

const said = (dataType: DataType, value: unknown, statusCode = StatusCodes.Good): DataValue =>
  new DataValue({
    value: { dataType, arrayType: VariantArrayType.Scalar, value },
    statusCode,
    sourceTimestamp: new Date(5000),
  });

describe('a value of an analyser', () => {
  it.each([
    ['number', said(DataType.Double, 1.5), [0, 1.5, 0, 5000]],
    ['number', said(DataType.Int64, [0xffff_ffff, 0xffff_fffe]), [0, -2, 0, 5000]],
    ['number', said(DataType.UInt64, [1, 2]), [0, 2 ** 32 + 2, 0, 5000]],
    ['boolean', said(DataType.Boolean, false), [0, false, 0, 5000]],
    ['text', said(DataType.String, 'abc'), [0, 'abc', 0, 5000]],
    ['text', said(DataType.LocalizedText, { text: 'abc' }), [0, 'abc', 0, 5000]],
    ['number', said(DataType.String, '1.5'), [0, null, badDecodingError, 5000]],
    ['number', said(DataType.Double, Number.NaN), [0, null, badDecodingError, 5000]],
    ['boolean', said(DataType.Double, 1), [0, null, badDecodingError, 5000]],
    ['number', said(DataType.Double, 1, StatusCodes.UncertainLastUsableValue), [0, 1, 0x4090_0000, 5000]],
    ['number', said(DataType.Null, null, StatusCodes.BadSensorFailure), [0, null, 0x808c_0000, 5000]],
  ] as const)('as a %s', (kind, value, news) => {
    expect(pointNews(0, kind, value)).toEqual(news);
  });
});

describe('the axis of a spectrum', () => {
  const axis = { euRange: { low: 0, high: 10 }, engineeringUnits: { displayName: { text: 'cm-1' } } };
  it('is listed, or spread evenly over its range', () => {
    expect([...abscissae(axisOf({ ...axis, axisSteps: [1, 2, 4] })!, 3)!]).toEqual([1, 2, 4]);
    expect([...abscissae(axisOf({ ...axis, axisSteps: [] })!, 3)!]).toEqual([0, 5, 10]);
  });

  it('of another number of values, without a range, or that is none, is refused', () => {
    expect(abscissae(axisOf({ ...axis, axisSteps: [1, 2, 4] })!, 4)).toBeNull();
    expect(abscissae(axisOf({ axisSteps: [] })!, 3)).toBeNull();
    expect(abscissae(axisOf({ ...axis, euRange: { low: 3, high: 3 } })!, 3)).toBeNull();
    expect([axisOf('x'), axisOf(null), axisOf({ axisSteps: ['a'] })]).toEqual([null, null, null]);
  });

  it('that turns, or values that are none, are no curve', () => {
    const x = Float64Array.from([1, 2, 3]);
    expect(faultOfCurve(x, Float64Array.from([1, 2, 3]))).toBeNull();
    expect(faultOfCurve(Float64Array.from([1, 3, 2]), x)).toMatch(/turns/u);
    expect(faultOfCurve(x, Float64Array.from([1, Infinity, 3]))).toMatch(/value 2/u);
    expect(faultOfCurve(x.slice(0, 1), x.slice(0, 1))).toMatch(/1 values/u);
  });
});

it('an array of numbers is one in every numeric type', () => {
  const array = (dataType: DataType, value: unknown) =>
    new Variant({ dataType, arrayType: VariantArrayType.Array, value });
  expect([...numbersOf(array(DataType.Float, Float32Array.from([1, 2])))!]).toEqual([1, 2]);
  expect([...numbersOf(array(DataType.UInt16, Uint16Array.from([1, 2])))!]).toEqual([1, 2]);
  expect(numbersOf(array(DataType.String, ['1', '2']))).toBeNull();
  expect(numbersOf(new Variant({ dataType: DataType.Double, value: 1 }))).toBeNull();
});

it.each([
  ['/A/B c/D', { by: 'path', names: ['A', 'B c', 'D'] }],
  ['nsu=http://x.example/y;s=A;B', { by: 'id', namespaceUri: 'http://x.example/y', id: 's=A;B' }],
  ['nsu=urn:x;i=12', { by: 'id', namespaceUri: 'urn:x', id: 'i=12' }],
  ['nsu=urn:x;i=-12', null],
  ['ns=2;s=A', null],
  ['A/B', null],
  ['/A//B', null],
])('a node named %s', (item, parsed) => {
  expect(parseNodeItem(item)).toEqual(parsed);
});
