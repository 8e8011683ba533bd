import { Command, CommanderError } from 'commander';
import { addAudit } from './commands/audit.ts';
import { addBench } from './commands/bench.ts';
import { addCalc } from './commands/calc.ts';
import { addConformance } from './commands/conformance.ts';
import { addEmv } from './commands/emv.ts';
import { addFuzz } from './commands/fuzz.ts';
import { addDecode } from './commands/iso8583/decode.ts';
import { addDialect } from './commands/iso8583/dialect.ts';
import { addDoctor } from './commands/iso8583/doctor.ts';
import { addEncode } from './commands/iso8583/encode.ts';
import { addRedact } from './commands/iso8583/redact.ts';
import { addSend } from './commands/iso8583/send.ts';
import { addValidate } from './commands/iso8583/validate.ts';
import { addKeys } from './commands/keys.ts';
import { addLedger } from './commands/ledger.ts';
import { addPay } from './commands/pay.ts';
import { addQr } from './commands/qr.ts';
import { addSelftest } from './commands/selftest.ts';
import { addTorture } from './commands/torture.ts';
import { addUp } from './commands/up.ts';
import { CommandFailure } from './failure.ts';
import { VERSION } from './version.ts';

/** Exit codes: 0 passed or approved, 1 declined or failed expectations, 2 could not run. */
const COULD_NOT_RUN = 2;

/** The `kassa` command line. @returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const program = new Command('kassa')
    .description('Point-of-sale and card-terminal emulator for the digital tenge')
    .version(VERSION)
    .exitOverride()
    .showHelpAfterError('(kassa --help lists commands and options)');
  let exitCode = 0;
  const finish = (code: number): void => {
    exitCode = code;
  };
  addUp(program, finish);
  addPay(program, finish);
  addAudit(program, finish);
  addBench(program, finish);
  addKeys(program, finish);
  addLedger(program, finish);
  addQr(program, finish);
  addCalc(program, finish);
  addEmv(program, finish);
  addConformance(program, finish);
  addSelftest(program, finish);
  addFuzz(program, finish);
  addTorture(program, finish);
  addDecode(program, finish);
  addDialect(program, finish);
  addDoctor(program, finish);
  addEncode(program, finish);
  addRedact(program, finish);
  addSend(program, finish);
  addValidate(program, finish);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : COULD_NOT_RUN;
    if (error instanceof CommandFailure) {
      process.stderr.write(`kassa: ${error.message}\n`);
      return COULD_NOT_RUN;
    }
    throw error;
  }
}
