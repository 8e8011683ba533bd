import type { Command } from 'commander';

export function addBench(program: Command, _finish: (code: number) => void): void {
  program.command('bench');
}
