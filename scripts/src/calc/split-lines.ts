/**
 * Lines of a stream of text, without their ends. A line longer than the limit is cut to one character more than it, so
 * that its reader sees it is too long; memory stays bounded whatever comes.
 */
export async function* splitLines(
  chunks: AsyncIterable<string>,
  charactersMax: number,
): AsyncGenerator<string> {
  let rest = '';
  let isCut = false;
  const append = (part: string): void => {
    const room = charactersMax + 1 - rest.length;
    rest += part.slice(0, Math.max(0, room));
    isCut ||= part.length > room;
  };
  const take = (): string => {
    const line = isCut ? rest : rest.replace(/\r$/, '');
    [rest, isCut] = ['', false];
    return line;
  };
  for await (const chunk of chunks) {
    const parts = chunk.split('\n');
    for (const [index, part] of parts.entries()) {
      append(part);
      if (index < parts.length - 1) yield take();
    }
  }
  if (rest !== '') yield take();
}
