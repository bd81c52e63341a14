import { defineConfig } from 'vitest/config';

/**
 * The tests that judge a mutant. They share one world of modules within a run, since most of a run would else go by on loading
 * the same files for each of them; every run is a world of its own, so that a mutant of what is set up at load is seen too.
 */
export default defineConfig({
  test: {
    include: (process.env['MESOLINE_MUTATION_TESTS'] ?? 'tests/{alarms,control/interlocks}/*.test.ts').split(' '),
    pool: 'threads',
    isolate: false,
  },
});
