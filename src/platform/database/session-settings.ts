/**
 * What the statements of Galley and its readers of values depend on. A database and a role can have other defaults, which
 * would return wrong values without an error, so each session starts with these. The list contains no `search_path`, which
 * says where the operator keeps the tables, and no limits of time.
 */
const SETTINGS = {
  timezone: 'UTC',
  datestyle: 'ISO',
  intervalstyle: 'postgres',
  extra_float_digits: '1',
  bytea_output: 'hex',
  standard_conforming_strings: 'on',
  array_nulls: 'on',
  // A statement that waited for a row reads it as it is then. Stricter levels fail instead.
  default_transaction_isolation: 'read\\ committed',
};

/** The settings in the form of the startup option of PostgreSQL. */
export const SESSION_OPTIONS = Object.entries(SETTINGS)
  .map(([name, value]) => `-c ${name}=${value}`)
  .join(' ');
