import { defineConfig } from 'vitest/config';

/** `unit` is pure or on loopback and quick; `system` starts the product, servers and a browser. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/{bench,e2e,faults,interop}/**', 'node_modules/**'],
          testTimeout: 20_000,
          // A real PostgreSQL begins and ends in hooks; a slow disk is not a fault of the code.
          hookTimeout: 60_000,
          pool: 'forks',
        },
      },
      {
        test: {
          name: 'system',
          // What the tests start, they start often: compiled once, as `npm start` has it.
          env: { NODE_COMPILE_CACHE: `${import.meta.dirname}/node_modules/.cache/compile` },
          include: ['tests/{bench,e2e,faults,interop}/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 90_000,
          pool: 'forks',
        },
      },
    ],
    // System tests mostly wait for servers, so three fit on two cores.
    maxWorkers: 3,
  },
});
