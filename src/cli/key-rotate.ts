import { KeyRotation } from '../platform/secrets/key-rotation.js';
import { CommandError } from './command-error.js';
import { withApp } from './with-app.js';

/** Encrypts all stored secrets again with ENCRYPTION_KEY. */
export async function keyRotate(): Promise<void> {
  const { changed, current, unreadable } = await withApp((app) => app.get(KeyRotation).run());
  console.log(`Encrypted the secrets of ${resources(changed)} again; ${current} had the key already`);
  if (unreadable.length > 0)
    throw new CommandError(
      `No key of ENCRYPTION_KEY and ENCRYPTION_KEY_PREVIOUS opens the secrets of ${unreadable.join(', ')}. Add the key that encrypted them to ENCRYPTION_KEY_PREVIOUS and repeat the command, or rotate these secrets.`,
    );
}

const resources = (count: number) => (count === 1 ? '1 resource' : `${count} resources`);
