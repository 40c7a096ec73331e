import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const root = fileURLToPath(new URL('.', import.meta.url))
const outDir = fileURLToPath(new URL('../dist/web', import.meta.url))

/** Writes `.br` and `.gz` beside every text file, so that the server compresses nothing at run time. */
function precompress(): Plugin {
  return {
    name: 'precompress',
    apply: 'build',
    async closeBundle() {
      const files = await readdir(outDir, { recursive: true })
      for (const file of files.filter((name) => /\.(js|css|html|json|svg)$/.test(name))) {
        const content = await readFile(join(outDir, file))
        const params = { [constants.BROTLI_PARAM_SIZE_HINT]: content.length }
        await writeFile(join(outDir, `${file}.br`), brotliCompressSync(content, { params }))
        await writeFile(join(outDir, `${file}.gz`), gzipSync(content, { level: 9 }))
      }
    },
  }
}

/** Text is drawn in the right font from the start when the browser knows of it early. */
function preloadFont(): Plugin {
  return {
    name: 'preload-font',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(_, context) {
        const font = Object.keys(context.bundle ?? {}).find((name) => /inter-latin-wght/.test(name))
        if (!font) throw new Error('the page was built without its font')
        const attrs = {
          rel: 'preload',
          as: 'font',
          type: 'font/woff2',
          href: `/${font}`,
          crossorigin: '',
        }
        return [{ tag: 'link', attrs, injectTo: 'head' }]
      },
    },
  }
}

export default defineConfig({
  root,
  plugins: [react(), tailwindcss(), preloadFont(), precompress()],
  server: { proxy: { '/api': process.env.TAKINGS_URL ?? 'http://127.0.0.1:4160' } },
  build: {
    outDir,
    emptyOutDir: true,
    manifest: true,
    target: 'es2023',
    // Fonts and small images stay files: inlined they would weigh on every first visit.
    assetsInlineLimit: 0,
    // ECharts, fetched beside the first figures; test/browser/bytes.test.ts holds its budget.
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules\/(react|react-dom|scheduler)\// },
            { name: 'tanstack', test: /node_modules\/@tanstack\// },
            { name: 'echarts', test: /node_modules\/(echarts|zrender|tslib)\// },
          ],
        },
      },
    },
  },
})
