/** What a job is told when its request was answered. */
import type { BusUnit, Job } from './bus-unit.ts';
import type { ModbusException } from './link-errors.ts';
import { isWrite, textOf, type AnswerData, type Request } from './request.ts';

export function settle(
  unit: BusUnit,
  request: Request,
  job: Job,
  exception: ModbusException | null,
  data: AnswerData,
): void {
  if (exception === null) {
    job.resolve(data);
    return;
  }
  const problem = `${textOf(request)} was answered with ${exception.message}.`;
  // Where the request was taken, or its unit asked without an answer, it may have been done.
  const open = isWrite(request) && mayBeDone.has(exception.code);
  job.reject(unit.fault(open ? 'link-timeout' : 'modbus-exception', problem, exception));
}

/** 5: taken, and worked on. 11: the gateway's unit did not answer. */
const mayBeDone: ReadonlySet<number> = new Set([5, 11]);
