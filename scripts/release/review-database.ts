import { runOrRefuse } from './run.ts';

/** The shared PostgreSQL, on which each review has a database and a role with the same name. */
export class ReviewServer {
  private readonly adminUrl: string;
  private readonly authority: string | undefined;

  /**
   * @param adminUrl with a role that can create roles and databases
   * @param authority the path of a PEM file with the authority of the server's certificate; absent if the system
   * trusts it
   */
  constructor(adminUrl: string, authority: string | undefined) {
    this.adminUrl = adminUrl;
    this.authority = authority;
  }

  /**
   * Creates the missing parts, and sets the password of the role.
   * @returns the URL for the product
   */
  async make(name: string, password: string): Promise<string> {
    await this.psql(
      `SELECT format('CREATE ROLE %I LOGIN', :'name') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'name') \\gexec
       ALTER ROLE :"name" PASSWORD :'password';
       GRANT :"name" TO CURRENT_USER;
       SELECT format('CREATE DATABASE %I OWNER %I', :'name', :'name') WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \\gexec
       REVOKE ALL ON DATABASE :"name" FROM PUBLIC;`,
      { name, password },
    );
    const url = new URL(this.adminUrl);
    // The parameters after the name of the database are for psql. The product has separate settings for them.
    return Object.assign(url, { username: name, password, pathname: `/${name}`, search: '' }).href;
  }

  drop(name: string): Promise<string> {
    return this.psql(`DROP DATABASE IF EXISTS :"name" WITH (FORCE); DROP ROLE IF EXISTS :"name";`, { name });
  }

  /** Passwords are passed in the environment and in standard input, never in arguments, which others can list. */
  private psql(statements: string, variables: Record<string, string>): Promise<string> {
    const url = new URL(this.adminUrl);
    const env = {
      PGPASSWORD: decodeURIComponent(url.password),
      // This is the mode of the product. An sslmode in the URL takes precedence.
      ...(this.authority && { PGSSLMODE: 'verify-full', PGSSLROOTCERT: this.authority }),
    };
    url.password = '';
    const set = Object.entries(variables).map(
      ([name, value]) => `\\set ${name} '${value.replace(/[\\']/g, '\\$&')}'`,
    );
    return runOrRefuse(
      'the review server rejected the statement',
      'psql',
      ['--no-psqlrc', '--quiet', '--set', 'ON_ERROR_STOP=1', '--dbname', url.href],
      { env, input: `${set.join('\n')}\n${statements}\n` },
    );
  }
}
