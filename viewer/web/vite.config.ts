import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { constants, gzipSync, zstdCompressSync } from 'node:zlib';

import react from '@vitejs/plugin-react';
import type { Plugin, Rolldown } from 'vite';
import { defineConfig } from 'vitest/config';

/** Where `vite dev` finds a running `truebox serve`. */
const server = process.env['TRUEBOX_SERVER'] ?? 'http://127.0.0.1:8000';

/** Smaller files gain nothing worth a file of its own. */
const COMPRESSED_FROM_BYTES = 4096;

/** Leaves each large asset's zstd and gzip form beside it, for the server to choose from. */
function compressed(): Plugin {
  return {
    name: 'truebox-compressed',
    apply: 'build',
    writeBundle({ dir = 'dist' }) {
      const assets = path.join(dir, 'assets');
      const level = { [constants.ZSTD_c_compressionLevel]: 19 };
      for (const name of readdirSync(assets).filter((each) => /\.(js|css)$/.test(each))) {
        const file = path.join(assets, name);
        const content = readFileSync(file);
        if (content.byteLength >= COMPRESSED_FROM_BYTES) {
          writeFileSync(`${file}.zst`, zstdCompressSync(content, { params: level }));
          writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
        }
      }
    },
  };
}

/** Code that the first code of a scene's page asks for. */
const EDITOR_ENTRIES = ['/src/start.tsx', '/src/pages/editor.tsx'];

/**
 * Writes `scene.html`, the page for the addresses of scenes: it names all that the editor needs, so that the browser
 * fetches everything at once instead of finding one thing after the other.
 */
function scenePage(): Plugin {
  return {
    name: 'truebox-scene-page',
    apply: 'build',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const page = bundle['index.html'];
      const html = page?.type === 'asset' ? String(page.source) : '';
      const links = linksOf(bundle).filter((link) => !html.includes(link));
      const source = html.replace('</head>', `${links.map((link) => `  ${link}\n  `).join('')}</head>`);
      this.emitFile({ type: 'asset', fileName: 'scene.html', source });
    },
  };
}

function linksOf(bundle: Rolldown.OutputBundle): string[] {
  const files = new Set<string>();
  const visit = (name: string) => {
    const chunk = bundle[name];
    if (chunk?.type === 'chunk' && !files.has(name)) {
      files.add(name);
      chunk.viteMetadata?.importedCss.forEach((style) => files.add(style));
      chunk.imports.forEach(visit);
    }
  };
  for (const chunk of Object.values(bundle)) {
    const id = chunk.type === 'chunk' ? (chunk.facadeModuleId ?? '') : '';
    if (EDITOR_ENTRIES.some((entry) => id.endsWith(entry))) {
      visit(chunk.fileName);
    }
  }
  return [...files].map((file) =>
    file.endsWith('.css')
      ? `<link rel="preload" as="style" crossorigin href="/${file}">`
      : `<link rel="modulepreload" crossorigin href="/${file}">`,
  );
}

export default defineConfig({
  plugins: [react(), compressed(), scenePage()],
  build: {
    target: 'es2023',
    chunkSizeWarningLimit: 1500,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'three', test: /node_modules\/(three|camera-controls)\// },
            { name: 'react', test: /node_modules\/(react|react-dom|scheduler)\// },
            // What a page asks for before it has any other code, as one file.
            { name: 'opening', test: /src\/(api\/opening|pages\/load_editor_page|scene\/webgl)\.ts$/ },
          ],
        },
      },
    },
  },
  server: {
    // The server checks Host and Origin, so both must name it.
    proxy: { '/api': { target: server, ws: true, changeOrigin: true, headers: { origin: server } } },
  },
  test: {
    projects: [
      {
        extends: true,
        test: { name: 'pure', environment: 'node', include: ['{src,eslint}/**/*.test.ts'] },
      },
      {
        extends: true,
        test: { name: 'dom', environment: 'jsdom', include: ['src/**/*.test.tsx'] },
      },
    ],
  },
});
