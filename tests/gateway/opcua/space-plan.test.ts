import { describe, expect, it } from 'vitest';
import { planSkid, type TagPlan } from '../../../gateway/opcua/plan/space-plan.ts';
import { loadSkidType } from '../../../plant/skid/skid-loader.ts';
import { skidName } from '../../../plant/sample.ts';
import { skidOf } from './support/plant.ts';

const plan = planSkid(skidOf('QD-1'));
const tag = (name: string): TagPlan => plan.tags.find(({ nodeId }) => nodeId === `QD-1/${name}`)!;

describe('the address space of a skid', () => {
  it('has every tag of the skid file, once, under its unit', () => {
    const named = skidOf('QD-1').type.tags.map(({ name }) => `QD-1/${name}`);
    expect(plan.tags.map(({ nodeId }) => nodeId).toSorted()).toEqual(named.toSorted());
    const units = ['F100', 'R101', 'R201', 'X300', 'A400', 'G900', 'PLC'].map((name) => `QD-1/${name}`);
    expect(plan.units.map(({ nodeId }) => nodeId)).toEqual(units);
    for (const unit of plan.units) {
      for (const { nodeId } of unit.tags) expect(nodeId.startsWith(`${unit.nodeId}/`)).toBe(true);
    }
  });

  it('can be handed to another thread', () => {
    expect(structuredClone(plan)).toEqual(plan);
  });

  it('shows a measurement with the unit code of UN/CEFACT, its range and where it comes from', () => {
    expect(tag('R201/TT-201A')).toMatchObject({
      browseName: 'TT-201A',
      title: 'Reactor temperature A',
      definition: 'PLC-1.reactorTemperatureA',
      form: { kind: 'number', unit: { unitId: 4408652, displayName: '°C' }, range: { low: 0, high: 250 } },
      writable: false,
    });
    expect(tag('R201/TIC-201.SP')).toMatchObject({ browseName: 'TIC-201.SP', writable: true });
  });

  it('shows gauge pressure, for which there is no code, by its text', () => {
    expect(tag('R201/PT-201A').form).toMatchObject({ unit: { unitId: -1, displayName: 'bar(g)' } });
  });

  it('shows what is calculated with its expression', () => {
    expect(tag('R201/T.max').definition).toBe('max(R201/TT-201A, R201/TT-201B)');
  });

  it('shows a state with its words', () => {
    expect(tag('PLC/firstOut').form).toMatchObject({
      kind: 'states',
      states: expect.arrayContaining([{ value: 3, text: 'pump limit' }]),
    });
    expect(tag('F100/P101.run').form).toEqual({ kind: 'two-state', falseText: 'stopped', trueText: 'running' });
  });

  it('shows a logging device as well', () => {
    const rig = planSkid({
      name: skidName('RIG-1'),
      title: 'Rig',
      type: loadSkidType('plant/skids/rig.yaml'),
      twin: true,
      links: [],
    });
    expect(rig.tags.length).toBeGreaterThan(0);
    for (const { definition } of rig.tags) expect(definition).not.toBe('');
  });
});
