/** A command cannot run: the message says what, where and what to do. Exit code 2, no stack. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
}
