/** What a client gives to the Write service, read for one set point: a value of its type and nothing beside it. Pure. */
import type { StatusName } from './outcome-status.ts';
import type { TagPlan } from '../plan/space-plan.ts';

export type GivenWrite = Readonly<{
  /** The built-in type's name: `Double`; `Null` where no value was given. */
  dataType: string;
  scalar: boolean;
  value: unknown;
  /** Whether it came with an IndexRange, a status other than Good, or a time: a set point takes none of them. */
  beside: boolean;
}>;

export type ReadWrite = Readonly<{ value: number | boolean }> | Readonly<{ status: StatusName }>;

export function readWrite(form: TagPlan['form'], given: GivenWrite): ReadWrite {
  if (given.beside) return { status: 'BadWriteNotSupported' };
  const type = typeOf[form.kind];
  if (type === undefined) return { status: 'BadNotWritable' };
  const { value } = given;
  if (!given.scalar || given.dataType !== type || typeof value !== (type === 'Boolean' ? 'boolean' : 'number')) {
    return { status: 'BadTypeMismatch' };
  }
  if (typeof value === 'number') return Number.isFinite(value) ? { value } : { status: 'BadOutOfRange' };
  return typeof value === 'boolean' ? { value } : { status: 'BadTypeMismatch' };
}

const typeOf: Readonly<Partial<Record<TagPlan['form']['kind'], string>>> = {
  number: 'Double',
  states: 'Int32',
  'two-state': 'Boolean',
};

/** The most nodes of one Write request, so that what it asks of a skid is one command. */
export const mostWrites = 64;
