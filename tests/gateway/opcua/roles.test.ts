import { describe, expect, it } from 'vitest';
import { permittedRoles } from '../../../control/access/index.ts';
import { methodNames, methods, readCall } from '../../../gateway/opcua/calls/method-call.ts';
import { openDoors, refuseOpenDoors } from '../../../gateway/opcua/trust/open-doors.ts';
import { planAccess } from '../../../gateway/opcua/people/roles.ts';
import { planSkid } from '../../../gateway/opcua/plan/space-plan.ts';
import { skidOf } from './support/plant.ts';

const skid = skidOf('QD-1');
const plan = planAccess([skid], permittedRoles);
const plans = planSkid(skid);
const rolesOf = (nodes: typeof plan.writes, nodeId: string) => nodes.find((one) => one.nodeId === nodeId)?.roles;

describe('who may do what over OPC UA', () => {
  it('is planned for every set point: whoever may write at all, and this one', () => {
    const writable = skid.type.tags.filter(({ write }) => write !== null);
    expect(plan.writes.map(({ nodeId }) => nodeId)).toEqual(writable.map(({ name }) => `QD-1/${name}`));
    for (const { name, write } of writable) {
      const expected = write!.roles.filter((role) => permittedRoles['write set point'].includes(role));
      expect(new Set(rolesOf(plan.writes, `QD-1/${name}`))).toEqual(new Set(expected));
    }
    expect(rolesOf(plan.writes, 'QD-1/R201/TT-201A')).toBeUndefined();
  });

  it('is planned for every method by the table of the service', () => {
    expect(plan.calls).toHaveLength(methodNames.length);
    expect(rolesOf(plan.calls, 'QD-1.HotHold')).toEqual(permittedRoles['ask safe state']);
    expect(rolesOf(plan.calls, 'QD-1.Reset')).toEqual(permittedRoles['reset interlocks']);
    expect(rolesOf(plan.calls, 'QD-1.BatchCommand')).toEqual(permittedRoles['command batch']);
  });

  it('can be handed to another thread', () => {
    expect(structuredClone(plan)).toEqual(plan);
  });
});

describe('what takes a signature', () => {
  it.each(methodNames.filter((name) => methods[name].signed !== undefined))(
    '%s is refused here, in clear words',
    (name) => {
      const read = readCall(plans, name, ['cdse-590', 'reviewed']);
      expect(read).toMatchObject({
        refused: { status: 'BadUserAccessDenied', message: expect.stringContaining('page') },
      });
    },
  );

  it('is the start of a batch and its record', () => {
    expect(methodNames.filter((name) => methods[name].signed !== undefined)).toEqual(['StartBatch', 'SignRecord']);
  });
});

describe('a command to a batch', () => {
  it('is one of the commands there are, with a reason', () => {
    expect(readCall(plans, 'BatchCommand', ['Resume', ' go on '])).toEqual({ batch: 'Resume', reason: 'go on' });
    for (const given of [
      ['resume', 'x'],
      ['', 'x'],
      [undefined, 'x'],
      ['Resume', ''],
      ['Resume', 'x'.repeat(501)],
    ]) {
      expect(readCall(plans, 'BatchCommand', given)).toMatchObject({ refused: { status: 'BadInvalidArgument' } });
    }
  });

  it('in the safe direction is not refused for its words', () => {
    for (const command of ['Hold', 'Stop', 'Abort'] as const) {
      expect(readCall(plans, 'BatchCommand', [command, ''])).toMatchObject({ batch: command });
      expect(readCall(plans, 'BatchCommand', [command, 'x'.repeat(900)])).toMatchObject({ batch: command });
    }
  });
});

describe('what stands open for trials', () => {
  it('is said in words, and refused where other machines could come in', () => {
    expect(openDoors({})).toBeNull();
    expect(openDoors({ securityNone: true })).toContain('without encryption');
    expect(openDoors({ trustUnknownClients: true })).toContain('unseen');
    for (const host of ['127.0.0.1', '127.8.9.1', 'localhost', '::1', '[::1]'])
      expect(() => refuseOpenDoors({ host, securityNone: true })).not.toThrow();
    for (const host of ['0.0.0.0', '::', '192.0.2.1', 'plant.example', '127.0.0.1.example']) {
      expect(() => refuseOpenDoors({ host, securityNone: true })).toThrow(/loopback/);
      expect(() => refuseOpenDoors({ host, trustUnknownClients: true })).toThrow(/loopback/);
      expect(() => refuseOpenDoors({ host })).not.toThrow();
    }
  });
});
