/** How the pages are built: one script and one style sheet, with digests in their names. */
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  logLevel: 'warn',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // The content security policy takes no inline script, and so no inlined module preload either.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
});
