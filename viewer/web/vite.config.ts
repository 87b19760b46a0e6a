import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { constants, gzipSync, zstdCompressSync } from 'node:zlib';

import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
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

export default defineConfig({
  plugins: [react(), compressed()],
  build: {
    target: 'es2023',
    chunkSizeWarningLimit: 1500,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'three', test: /node_modules\/(three|camera-controls)\// },
            { name: 'react', test: /node_modules\/(react|react-dom|scheduler)\// },
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
