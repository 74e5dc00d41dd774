/** How the playground is built: into files with hashed names below `playground/`, which the server serves itself. */
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  // Relative, so that it works below any prefix that a proxy puts before it.
  base: './',
  publicDir: false,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../dist/playground',
    emptyOutDir: true,
    assetsDir: 'playground',
    // The policy allows no scripts and no audio code from `data:` addresses.
    assetsInlineLimit: 0,
    target: ['chrome120', 'firefox121', 'safari17.2'],
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
})
