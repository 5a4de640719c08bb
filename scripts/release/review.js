import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Helm } from './helm.js';
import { Kubectl } from './kubectl.js';
import { Refusal } from './refusal.js';
import { deleteImages } from './review-image.js';
import { runOrRefuse } from './run.js';
import { findTarget } from './target.js';

/** The labels that hold every pod of a review to the restricted standard, and tell who may delete it. */
const LABELS = {
  'pod-security.kubernetes.io/enforce': 'restricted',
  'app.kubernetes.io/managed-by': 'galley-review',
};

/**
 * Gives a review its namespace, a role and a database of its own on the shared
 * review server, and the Secret that knows them. Run again, it changes nothing
 * but the password.
 * @param authority path of the PEM file of who signed the server's certificate; absent where the system knows them
 */
export async function prepareReview(adminUrl, authority) {
  const target = findTarget('review');
  const kubectl = new Kubectl(target);
  const name = databaseOf(target);
  const namespace = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: target.namespace, labels: LABELS },
  };
  await apply(kubectl, namespace, 'cannot make the namespace');
  const password = randomBytes(24).toString('hex');
  await psql(
    adminUrl,
    `SELECT format('CREATE ROLE %I LOGIN', :'name') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'name') \\gexec
     ALTER ROLE :"name" PASSWORD :'password';
     GRANT :"name" TO CURRENT_USER;
     SELECT format('CREATE DATABASE %I OWNER %I', :'name', :'name') WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \\gexec
     REVOKE ALL ON DATABASE :"name" FROM PUBLIC;`,
    { name, password },
  );
  const url = new URL(adminUrl);
  // What follows the database's name is for psql: the product has settings of its own for that.
  Object.assign(url, { username: name, password, pathname: `/${name}`, search: '' });
  const secret = () => randomBytes(32).toString('hex');
  const stringData = {
    DATABASE_URL: url.href,
    JWT_SECRET: secret(),
    JWT_REFRESH_SECRET: secret(),
    METRICS_TOKEN: secret(),
    ...(authority && { DATABASE_SSL_CA: readFileSync(authority, 'utf8') }),
  };
  await apply(
    kubectl,
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'galley' }, stringData },
    'cannot make the Secret',
  );
}

/** Takes all of it away. What is gone already is no fault, so that it can be run twice. */
export async function dropReview(adminUrl, repository) {
  const target = findTarget('review');
  const kubectl = new Kubectl(target);
  const found = await kubectl.get('namespace', target.namespace);
  if (
    found &&
    found.metadata.labels?.['app.kubernetes.io/managed-by'] !== LABELS['app.kubernetes.io/managed-by']
  )
    throw new Refusal(`the namespace ${target.namespace} was not made by a review: it is left alone`);
  if (found) {
    if ((await new Helm(target).history()).length > 0) await new Helm(target).uninstall({ timeout: '2m' });
    await kubectl.do(
      'cannot delete the namespace',
      ['delete', 'namespace', target.namespace, '--timeout=120s'],
      { seconds: 130 },
    );
  }
  const name = databaseOf(target);
  await psql(adminUrl, `DROP DATABASE IF EXISTS :"name" WITH (FORCE); DROP ROLE IF EXISTS :"name";`, {
    name,
  });
  if (repository) await deleteImages(repository);
}

const databaseOf = ({ namespace }) => namespace.replaceAll('-', '_');

const apply = (kubectl, object, wanted) =>
  kubectl.do(
    wanted,
    ['apply', '--server-side', '--force-conflicts', '--field-manager=galley-review', '-f', '-'],
    {
      input: JSON.stringify(object),
    },
  );

/** The password goes by the environment and standard input, never by an argument that others can list. */
function psql(adminUrl, statements, variables) {
  const url = new URL(adminUrl);
  const env = { PGPASSWORD: decodeURIComponent(url.password) };
  url.password = '';
  const set = Object.entries(variables).map(([name, value]) => `\\set ${name} '${value}'`);
  return runOrRefuse(
    'the review server refuses',
    'psql',
    ['--no-psqlrc', '--quiet', '--set', 'ON_ERROR_STOP=1', '--dbname', url.href],
    {
      env,
      input: `${set.join('\n')}\n${statements}\n`,
    },
  );
}
