import { AuditLog } from '../platform/audit/audit-log.js';
import { Id } from '../platform/schemas/schemas.js';
import { CommandError } from './command-error.js';
import { withApp } from './with-app.js';

interface Options {
  user: string;
}

/** Removes the personal data of an account from the audit log. */
export async function auditErase({ user }: Options): Promise<void> {
  const id = Id.safeParse(user);
  if (!id.success) throw new CommandError('--user must be the id of an account');
  const erased = await withApp(
    (app) => app.get(AuditLog).erase(id.data),
    // An account can have any number of entries, so there is no statement timeout.
    (config) => config.with({ DATABASE_STATEMENT_TIMEOUT_MS: 0 }),
  );
  console.log(
    erased === 0
      ? `The audit log has no personal data of ${id.data}, so nothing was removed or recorded. If you expected some, check the id`
      : `Removed the personal data of ${id.data} from ${erased} ${erased === 1 ? 'entry' : 'entries'}`,
  );
}
