#!/usr/bin/env node
// The kassa command: brings the build up to date, then runs it.
import { prepareOrExit } from '../prepare.js';

await prepareOrExit();
const { main } = await import('../dist/main.js');
process.exitCode = await main(process.argv.slice(2));
