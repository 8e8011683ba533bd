import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// The server serves dist/site at `/`. Everything the page needs is in there: no file is inlined as a data: address and
// none comes from elsewhere, so a strict content security policy holds.
export default defineConfig({
  base: './',
  plugins: [react()],
  build: {
    outDir: 'dist/site',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // One page each; what they share is loaded once.
    rolldownOptions: { input: ['index.html', 'console.html'] },
  },
});
