import { defineConfig } from 'vitest/config';

/** The tests that judge the mutants of the short form; the campaign lets vitest find all that relate to a mutant. */
export default defineConfig({
  test: { include: (process.env['MESOLINE_MUTATION_TESTS'] ?? 'tests/**/*.test.ts').split(','), pool: 'threads' },
});
