/** The thread in which sealed files are read. Entered by `sealed-files.ts` only. */
import { parentPort } from 'node:worker_threads';
import { MesolineError, messageOf, type Fault } from '../../plant/errors.ts';
import type { SealedCourse } from '../../plant/ports/sealed-telemetry.ts';
import { readCourses, type CourseQuestion } from './read-course.ts';

export type CourseAnswer =
  Readonly<{ courses: readonly SealedCourse[] }> | Readonly<{ code: string; faults: readonly Fault[] }>;

parentPort?.once('message', (question: CourseQuestion) => {
  readCourses(question).then(
    (courses) => {
      const buffers = courses.flatMap(({ times, values, qualities }) => [
        times.buffer,
        values.buffer,
        qualities.buffer,
      ]);
      parentPort?.postMessage({ courses } satisfies CourseAnswer, buffers);
    },
    (thrown: unknown) => {
      const faults =
        thrown instanceof MesolineError
          ? thrown.faults
          : [{ where: 'sealed telemetry', problem: messageOf(thrown), remedy: 'Ask again.' }];
      const code = thrown instanceof MesolineError ? thrown.code : 'segment-damaged';
      parentPort?.postMessage({ code, faults } satisfies CourseAnswer);
    },
  );
});
