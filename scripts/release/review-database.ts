import { runOrRefuse } from './run.ts';

/** The shared PostgreSQL, on which every review has a database and a role of the same name. */
export class ReviewServer {
  private readonly adminUrl: string;
  private readonly authority: string | undefined;

  /**
   * @param adminUrl as a role that may create roles and databases
   * @param authority path of the PEM file of who signed the server's certificate; absent where the system knows them
   */
  constructor(adminUrl: string, authority: string | undefined) {
    this.adminUrl = adminUrl;
    this.authority = authority;
  }

  /** Makes what is missing of both, and gives the role this password. @returns the URL for the product */
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
    // What follows the database's name is for psql: the product has settings of its own for that.
    return Object.assign(url, { username: name, password, pathname: `/${name}`, search: '' }).href;
  }

  drop(name: string): Promise<string> {
    return this.psql(`DROP DATABASE IF EXISTS :"name" WITH (FORCE); DROP ROLE IF EXISTS :"name";`, { name });
  }

  /** Passwords go by the environment and standard input, never by an argument that others can list. */
  private psql(statements: string, variables: Record<string, string>): Promise<string> {
    const url = new URL(this.adminUrl);
    const env = {
      PGPASSWORD: decodeURIComponent(url.password),
      // As the product does; an sslmode in the URL comes before it.
      ...(this.authority && { PGSSLMODE: 'verify-full', PGSSLROOTCERT: this.authority }),
    };
    url.password = '';
    const set = Object.entries(variables).map(
      ([name, value]) => `\\set ${name} '${value.replace(/[\\']/g, '\\$&')}'`,
    );
    return runOrRefuse(
      'the review server refuses',
      'psql',
      ['--no-psqlrc', '--quiet', '--set', 'ON_ERROR_STOP=1', '--dbname', url.href],
      { env, input: `${set.join('\n')}\n${statements}\n` },
    );
  }
}
