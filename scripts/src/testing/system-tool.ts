import { spawnSync } from 'node:child_process';

/**
 * Path of a program that a test needs, installed from Debian's packages where that is possible.
 * @throws Error that says in one line what is missing.
 */
export function systemTool(names: readonly string[], debianPackage: string): string {
  const found = find(names);
  if (found) return found;
  if (process.getuid?.() === 0 && spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status === 0) {
    const options = { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } } as const;
    spawnSync('apt-get', ['update'], options);
    spawnSync('apt-get', ['install', '-y', '--no-install-recommends', debianPackage], options);
  }
  const installed = find(names);
  if (installed) return installed;
  throw new Error(
    `this test needs ${names.join(' or ')}: install it (Debian: apt-get install -y ${debianPackage}) and run again`,
  );
}

function find(names: readonly string[]): string | undefined {
  for (const name of names) {
    const path = name.startsWith('/') ? name : spawnSync('which', [name], { encoding: 'utf8' }).stdout.trim();
    if (path && spawnSync(path, ['--version'], { stdio: 'ignore' }).status === 0) return path;
  }
  return undefined;
}
