import { type Browser, chromium } from 'playwright-core';
import { systemTool } from './system-tool.ts';

/** The system's Chromium, without its own talk to the outside. */
export function launchBrowser(): Promise<Browser> {
  const executablePath =
    process.env.CHROMIUM_PATH ?? systemTool(['chromium', 'chromium-browser', 'google-chrome'], 'chromium');
  return chromium.launch({
    executablePath,
    args: [
      // A container's root has no user namespace to sandbox in; only our own page is opened.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
